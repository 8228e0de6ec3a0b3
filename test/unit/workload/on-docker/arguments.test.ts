import assert from "node:assert/strict";
import { containerArguments, memoryMounts } from "../../../../workload/on-docker/arguments.ts";
import { formerDescription } from "../../../../workload/on-docker/former.ts";
import { trialBody } from "../../../../workload/on-docker/trial.ts";
import { specOf, type Spec } from "../../../../workload/spec.ts";
import { platformWith } from "../../support/platform.ts";
import { exampleWorkload } from "../example.ts";

const spec = specOf(platformWith(), { ...exampleWorkload, entrypoint: ["sh"], command: ["x"], sysctls: {} });

/** Another value for each field of a spec. */
const others: { [Field in keyof Spec]?: Spec[Field] } = {
  name: "another",
  user: "2:2",
  entrypoint: ["bash"],
  command: ["y"],
  environment: { A: "1" },
  mounts: [{ kind: "bind", source: "/", target: "/host", readOnly: true }],
  memory: { "/tmp": { megabytes: 1, mode: "1777", owner: 0, executable: false } },
  network: { name: "n", aliases: [], nameServers: ["192.0.2.1"] },
  sysctls: { a: "1" },
  ports: [{ internal: 1, external: 1, address: "127.0.0.1" }],
  health: { ...spec.health, command: ["false"] },
  limits: { memoryMegabytes: 65, cpus: 1 },
  hardening: { ...spec.hardening, hostProcesses: true },
  logs: { megabytes: 1, files: 1 },
  stop: { signal: "SIGQUIT", graceSeconds: 2 },
};

const bindings = { image: "sha256:1", network: "n" };

describe("what the provider is told of a spec", () => {
  it("has every field of it, but for the labels, what it is for, and the bound of processes, which its gate sets", () => {
    assert.deepEqual(
      Object.keys(spec).filter((field) => !(field in others)),
      ["kind", "role", "labels", "processes"],
    );
    for (const [field, value] of Object.entries(others))
      assert.notDeepEqual(
        containerArguments({ ...spec, [field]: value }, bindings),
        containerArguments(spec, bindings),
        field,
      );
  });
});

describe("what is tried of a spec", () => {
  it("has every field of it, but for the name and the ports, which the running one has", () => {
    const same = Object.entries(others).filter(
      ([field, value]) =>
        JSON.stringify(trialBody({ ...spec, [field]: value }, {})) === JSON.stringify(trialBody(spec, {})),
    );
    assert.deepEqual(
      same.map(([field]) => field),
      ["name", "ports"],
    );
  });
});

describe("a directory in memory", () => {
  const options = (directory: object) =>
    memoryMounts({ "/tmp": { megabytes: 2, mode: "1777", owner: 0, executable: false, ...directory } })[
      "/tmp"
    ];

  it("has its size in bytes, and nothing is run from there unless that is said", () => {
    assert.equal(options({}), "rw,noexec,nosuid,nodev,size=2097152,mode=1777");
    assert.equal(options({ executable: true }), "rw,exec,nosuid,nodev,size=2097152,mode=1777");
  });

  it("belongs to a user by number", () => {
    assert.equal(
      options({ megabytes: 1, mode: "0755", owner: 5 }),
      "rw,noexec,nosuid,nodev,size=1048576,mode=0755,uid=5,gid=5",
    );
  });
});

describe("what an earlier webnet noted", () => {
  it("covers all but the names that the provider sees", () => {
    const mounts: Spec["mounts"] = [{ kind: "volume", source: "two", target: "/data", readOnly: false }];
    assert.equal(formerDescription({ ...spec, name: "another", mounts }), formerDescription(spec));
    assert.notEqual(formerDescription({ ...spec, user: "2:2" }), formerDescription(spec));
  });
});
