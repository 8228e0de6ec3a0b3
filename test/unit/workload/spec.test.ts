import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { specDigest, specOf } from "../../../workload/spec.ts";
import type { Workload } from "../../../workload/workload.ts";
import type { Config } from "../settings/support.ts";
import { platformWith } from "../support/platform.ts";
import { exampleWorkload } from "./example.ts";

const digest = (changes: Partial<Workload> = {}, settings: Config = {}): string =>
  specDigest(specOf(platformWith(settings), { ...exampleWorkload, ...changes }));

const volume = { kind: "volume", source: "one", target: "/data", readOnly: false } as const;

describe("a spec", () => {
  it("is plain data, with everything said", () => {
    const spec = specOf(platformWith(), exampleWorkload);
    assert.deepEqual(JSON.parse(JSON.stringify(spec)), spec);
    assert.deepEqual(spec.labels, { "webnet.stack": "prod", "webnet.role": "service" });
    assert.deepEqual(spec.hardening, {
      readOnlyRoot: true,
      droppedCapabilities: ["ALL"],
      newPrivileges: false,
      hostProcesses: false,
    });
  });
});

describe("a spec's digest", () => {
  const covered: Record<string, Partial<Workload>> = {
    "its name": { name: "another" },
    "a name on the network": { aliases: ["other"] },
    "the network that it joins": { joins: "another" },
    "the user": { user: "2:2" },
    "the entry point": { entrypoint: ["sh"] },
    "the command": { command: ["serve"] },
    "the environment": { environment: { A: "1" } },
    "a mount's volume": { mounts: [{ ...volume, source: "two" }] },
    "a mount's target": { mounts: [{ ...volume, target: "/other" }] },
    "a mount's mode": { mounts: [{ ...volume, readOnly: true }] },
    "a directory in memory": { memory: { "/tmp": { megabytes: 1 } } },
    "what is run from there": { memory: { "/tmp": { megabytes: 1, executable: true } } },
    "a port": { ports: [{ internal: 1, external: 1, address: "127.0.0.1" }] },
    "the health check": { health: { ...exampleWorkload.health, command: ["false"] } },
    "a limit": { limits: { memoryMegabytes: 65, cpus: 1 } },
    "the stop signal": { stop: { signal: "SIGQUIT", graceSeconds: 1 } },
    "the view of the host's processes": { hostProcesses: true },
    "another label": { labels: { "webnet.release": "" } },
  };
  for (const [what, changes] of Object.entries(covered)) {
    it(`changes with ${what}`, () => {
      assert.notEqual(digest(changes), digest());
    });
  }

  it("doesn't change with the bound of processes, which a running container gets", () => {
    assert.equal(digest({ processes: 7 }), digest());
  });

  it("changes with the network's name and its name servers", () => {
    const digests = [
      digest(),
      digest({}, { "network.name": "another" }),
      digest({}, { "network.dns": ["192.0.2.1"] }),
    ];
    assert.equal(new Set(digests).size, digests.length);
  });

  it("doesn't change with the order in which labels are written", () => {
    const [one, two] = [
      { a: "", b: "" },
      { b: "", a: "" },
    ].map((labels) => digest({ labels }));
    assert.equal(one, two);
  });

  it("doesn't change with a label's value, nor with what the host's kernel has", () => {
    const [one, two] = ["1", "2"].map((value) => digest({ labels: { release: value } }));
    assert.equal(one, two);
    const [older, newer] = [{ a: "1" }, { a: "1", b: "1" }].map((sysctls) => digest({ sysctls }));
    assert.equal(older, newer);
  });

  it("is the same for ever: another one makes every release and gateway anew at an upgrade", () => {
    assert.equal(digest(), "a2004a21");
  });

  it("is computed without Pulumi's SDK, as an engine is looked at before an update", () => {
    const files = ["release/identity.ts", "gateway/nginx.ts", "preflight/look.ts"];
    const urls = files.map((file) => new URL(`../../../${file}`, import.meta.url).href);
    const script = `
      for (const url of ${JSON.stringify(urls)}) await import(url);
      const loaded = process.moduleLoadList.join() + Object.keys((await import("node:module")).default._cache).join();
      // The kind of error that the SDK ends a program with is a file by itself, and loads one more.
      process.stdout.write(String(/@pulumi.(?!pulumi.(?:errors|utils)\\.js)/.test(loaded)));`;
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
      encoding: "utf8",
    });
    assert.equal(stdout, "false", stderr);
  });
});
