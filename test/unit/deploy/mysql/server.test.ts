import assert from "node:assert/strict";
import type Docker from "dockerode";
import { runStatements, waitForAccounts } from "../../../../deploy/mysql/server.ts";
import { FakeContainer, frame, type Answer, type Call } from "../../support/fake-container.ts";

interface State {
  Status: string;
  Running: boolean;
  Restarting: boolean;
  ExitCode: number;
}

const running: State = { Status: "running", Running: true, Restarting: false, ExitCode: 0 };
const refused = "ERROR 1045 (28000): Access denied for user 'root'@'localhost' (using password: YES)";
const noSocket = "ERROR 2002 (HY000): Can't connect to local MySQL server through socket";
const answered = (initialising: number, accounts: object[] | null): Answer => ({
  stdout: `${JSON.stringify({ initialising, accounts })}\n`,
});

/** MySQL's container: each question takes the next of `answers`, each inspection the next of `states`. */
function mysql(
  answers: (Answer | Error)[],
  { ping = 0, states = [running] }: { ping?: number; states?: State[] } = {},
): { container: Docker.Container; calls: Call[] } {
  let asked = 0;
  let looked = 0;
  const fake = new FakeContainer(({ argv }) => {
    if (argv.includes("mysqladmin")) return { exitCode: ping };
    const answer = answers[Math.min(asked, answers.length - 1)] ?? {};
    asked += 1;
    return answer instanceof Error ? {} : answer;
  });
  const exec = fake.container.exec.bind(fake.container);
  const container = Object.assign(fake.container, {
    exec: (options: object) => {
      const next = answers[Math.min(asked, answers.length - 1)];
      if (!(next instanceof Error)) return exec(options);
      asked += 1;
      return Promise.reject(next);
    },
    inspect: () => {
      looked += 1;
      const State = states[Math.min(looked, states.length) - 1] ?? running;
      return Promise.resolve({ Name: "/webnet-x-mysql", RestartCount: 0, State, Config: {} });
    },
    logs: () => Promise.resolve(frame(1, "the server's own words\n")),
  });
  return { container, calls: fake.calls };
}

describe("the running MySQL server", () => {
  it("tells its accounts, asked for by their names and by none", async () => {
    const found = [{ user: "app", host: "%" }];
    const { container, calls } = mysql([answered(0, found)]);
    assert.deepEqual(await waitForAccounts(container, ["root", "app"], 5), found);
    assert.match(calls[0]?.stdin ?? "", /WHERE User IN \('', 'root', 'app'\);\n$/);
    assert.ok(calls[0]?.argv.includes("--defaults-extra-file=/run/secrets/root.cnf"));
  });

  it("may have none of them", async () => {
    assert.deepEqual(await waitForAccounts(mysql([answered(0, null)]).container, ["app"], 5), []);
  });

  it("is waited for while it starts, restarts, and makes its data", async () => {
    const conflict = Object.assign(new Error("container is not running"), { statusCode: 409 });
    const { container } = mysql(
      [
        conflict,
        { exitCode: 1, stderr: noSocket },
        answered(1, []),
        { exitCode: 1, stderr: refused },
        answered(0, []),
      ],
      { ping: 1 },
    );
    assert.deepEqual(await waitForAccounts(container, ["app"], 30), []);
  }).timeout("10s");

  it("that has another password of root is an error with the way out, as soon as it serves", async () => {
    const { container } = mysql([{ exitCode: 1, stderr: refused }]);
    await assert.rejects(waitForAccounts(container, ["app"], 30), (error: Error) => {
      assert.match(error.message, /^MySQL doesn't take the stack's password of root: ERROR 1045 /);
      assert.match(error.message, /^ {2}docker restart webnet-x-mysql$/m);
      return true;
    });
  });

  it("that has ended is an error with its last words", async () => {
    const exited = { Status: "exited", Running: false, Restarting: false, ExitCode: 1 };
    const { container } = mysql([{ exitCode: 1, stderr: noSocket }], { states: [running, exited] });
    await assert.rejects(
      waitForAccounts(container, ["app"], 30),
      /^Error: MySQL exited with code 1\n.*\n {2}the server's own words/,
    );
  });

  it("that is removed meanwhile is an error that says so", async () => {
    const missing = Object.assign(new Error("no such container"), { statusCode: 404 });
    const { container } = mysql([missing]);
    let looked = 0;
    Object.assign(container, {
      inspect: () =>
        (looked += 1) === 1 ? Promise.resolve({ Name: "/x", RestartCount: 0 }) : Promise.reject(missing),
      logs: () => Promise.reject(missing),
    });
    await assert.rejects(
      waitForAccounts(container, ["app"], 30),
      /^Error: MySQL is gone from the engine\nits log can't be read: no such container\n/,
    );
  });

  it("is not waited for beyond the time", async () => {
    const { container } = mysql([{ exitCode: 1, stderr: noSocket }]);
    await assert.rejects(waitForAccounts(container, ["app"], 0), /took no statement within 0 s: ERROR 2002/);
  });

  it("is asked for no name that would end the question", async () => {
    await assert.rejects(waitForAccounts(mysql([]).container, ["a' OR '"], 5), /is no name of a MySQL user/);
  });

  it("says what it refuses, and shows nothing that follows from a password", async () => {
    const stderr = "ERROR 1064 (42000) at line 3: syntax near '$A$005$abc.def' at line 1\n";
    const { container } = mysql([{ exitCode: 1, stderr }]);
    await assert.rejects(runStatements(container, "ALTER USER x;\n"), (error: Error) => {
      assert.match(error.message, /^ERROR 1064 .* '\[secret\]/);
      assert.ok(!error.message.includes("abc"));
      return true;
    });
  });
});
