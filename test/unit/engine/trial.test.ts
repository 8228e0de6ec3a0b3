import assert from "node:assert/strict";
import type Docker from "dockerode";
import { tryOut, type TrialRun } from "../../../engine/trial.ts";
import { FakeContainer, frame } from "../support/fake-container.ts";

interface Behaviour {
  create?: Error;
  start?: Error;
  logs?: Error;
  remove?: Error;
  /** Its state at each inspection; the last one repeats. */
  states?: Partial<Docker.ContainerInspectInfo["State"]>[];
  /** Exit codes of its health check, one for each run; the last one repeats. */
  checks?: number[];
}

const up = { Running: true };
const done = { Running: false, ExitCode: 0 };

function engineWith({ create, start, logs, remove, states = [up], checks = [0] }: Behaviour) {
  const counts = { removed: 0, looked: 0, asked: 0 };
  const fake = new FakeContainer(() => ({
    exitCode: checks[Math.min(counts.asked++, checks.length - 1)] ?? 0,
  }));
  const container = {
    exec: (options: Docker.ExecCreateOptions) => fake.container.exec(options),
    start: () => (start === undefined ? Promise.resolve() : Promise.reject(start)),
    inspect: () =>
      Promise.resolve({
        State: states[Math.min(counts.looked++, states.length - 1)],
        Config: { Healthcheck: { Test: ["CMD", "check"] } },
      }),
    id: "c1",
    logs: () => (logs === undefined ? Promise.resolve(words) : Promise.reject(logs)),
    remove: () => {
      counts.removed += 1;
      return remove === undefined ? Promise.resolve() : Promise.reject(remove);
    },
  };
  const createContainer = () => (create === undefined ? Promise.resolve(container) : Promise.reject(create));
  return { docker: { createContainer } as unknown as Docker, counts };
}

async function attempt(behaviour: Behaviour, run: Partial<TrialRun> = {}) {
  const { docker, counts } = engineWith(behaviour);
  const whole = { body: {}, passes: "healthy", withinSeconds: 1.5, ...run } as const;
  const problem = await tryOut(docker, whole, new AbortController().signal);
  return { problem, ...counts };
}

const words = Buffer.concat([frame(1, "hello\n"), frame(2, "no such option\n")]);
const log = "last lines of its log:\n  hello\n  no such option";

describe("a trial", () => {
  it("is told by the engine what it would refuse", async () => {
    const create = new Error("Range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available");
    assert.deepEqual(await attempt({ create }), {
      problem: `the engine refuses it: ${create.message}`,
      removed: 0,
      looked: 0,
      asked: 0,
    });
    const { problem, removed } = await attempt({ start: new Error('exec: "mysqld": not found') });
    assert.deepEqual([problem, removed], [`the engine can't start it: exec: "mysqld": not found`, 1]);
  });

  it("of a program that ends is well when it ends well", async () => {
    const ends = { passes: "ends" } as const;
    assert.deepEqual(await attempt({ states: [up, up, done] }, ends), {
      problem: undefined,
      removed: 1,
      looked: 3,
      asked: 0,
    });
    const bad = await attempt({ states: [up, { Running: false, ExitCode: 1 }] }, ends);
    assert.deepEqual([bad.problem, bad.removed], [`it exited with code 1; ${log}`, 1]);
    const forever = await attempt({ states: [up] }, { ...ends, withinSeconds: 0.3 });
    assert.deepEqual([forever.problem, forever.removed], [`it has not ended within 0.3 s; ${log}`, 1]);
  });

  it("of a service is well when it passes its health check, after a moment", async () => {
    const { problem, removed, asked } = await attempt({ checks: [1, 0] });
    assert.deepEqual([problem, removed, asked], [undefined, 1, 2]);
  });

  it("of a service that ends, even well, is not", async () => {
    for (const passes of ["healthy", "runs"] as const) {
      const { problem } = await attempt({ states: [up, done] }, { passes });
      assert.equal(problem, `it exited with code 0; ${log}`);
    }
    const { problem } = await attempt({ states: [{ Running: false, ExitCode: 137, OOMKilled: true }] });
    assert.equal(problem, `it exited with code 137 (out of memory); ${log}`);
  });

  it("of a service that never gets healthy has an end", async () => {
    const { problem, removed } = await attempt({ checks: [1] });
    assert.deepEqual([problem, removed], [`it doesn't pass its health check within 1.5 s; ${log}`, 1]);
  });

  it("of what only holds something is well when it still runs after a moment", async () => {
    const { problem, asked, looked } = await attempt({}, { passes: "runs" });
    assert.deepEqual([problem, asked], [undefined, 0]);
    assert.ok(looked >= 5, `${looked} looks`);
  });

  it("tells its problem where the log can't be read", async () => {
    const logs = new Error("configured logging driver does not support reading");
    const { problem } = await attempt({ states: [{ Running: false, ExitCode: 1 }], logs });
    assert.equal(problem, `it exited with code 1; its log can't be read: ${logs.message}`);
  });

  it("tells its problem where its container can't be removed, else that", async () => {
    const remove = new Error("device busy");
    const bad = await attempt({ start: new Error("no such program"), remove });
    assert.equal(bad.problem, "the engine can't start it: no such program");
    const { problem } = await attempt({ remove }, { passes: "runs" });
    assert.equal(
      problem,
      "the container of the trial can't be removed (device busy): docker rm --force --volumes c1",
    );
  });

  it("removes its container when it is interrupted", async () => {
    const { docker, counts } = engineWith({});
    const end = new AbortController();
    const trial = tryOut(docker, { body: {}, passes: "ends", withinSeconds: 60 }, end.signal);
    end.abort(new Error("interrupted by SIGTERM"));
    await assert.rejects(trial);
    assert.equal(counts.removed, 1);
  });
});
