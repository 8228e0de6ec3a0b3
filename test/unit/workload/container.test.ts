import assert from "node:assert/strict";
import { containerDigest, tmpfs } from "../../../workload/container.ts";
import type { Workload } from "../../../workload/workload.ts";
import { platformWith } from "../support/platform.ts";

const workload: Workload = {
  name: "service",
  aliases: ["service"],
  role: "service",
  image: "sha256:1",
  user: "1:1",
  mounts: [{ kind: "volume", source: "one", target: "/data", readOnly: false }],
  health: {
    command: ["true"],
    timing: { intervalSeconds: 1, timeoutSeconds: 1, retries: 1, startPeriodSeconds: 1 },
  },
  limits: { memoryMegabytes: 64, cpus: 1 },
  stop: { signal: "SIGTERM", graceSeconds: 1 },
};

const digest = (changes: Partial<Workload> = {}): string =>
  containerDigest(platformWith(), { ...workload, ...changes });

describe("a container's digest", () => {
  const covered: Record<string, Partial<Workload>> = {
    "a name on the network": { aliases: ["other"] },
    "the user": { user: "2:2" },
    "the entry point": { entrypoint: ["sh"] },
    "the command": { command: ["serve"] },
    "the environment": { environment: { A: "1" } },
    "a mount's target": { mounts: [{ kind: "volume", source: "one", target: "/other", readOnly: false }] },
    "a mount's mode": { mounts: [{ kind: "volume", source: "one", target: "/data", readOnly: true }] },
    "a tmpfs": { tmpfs: { "/tmp": tmpfs(1) } },
    "a port": { ports: [{ internal: 1, external: 1, address: "127.0.0.1" }] },
    "the health check": { health: { ...workload.health, command: ["false"] } },
    "a limit": { limits: { memoryMegabytes: 65, cpus: 1 } },
    "the stop signal": { stop: { signal: "SIGQUIT", graceSeconds: 1 } },
    "the view of the host's processes": { hostProcesses: true },
  };
  for (const [what, changes] of Object.entries(covered)) {
    it(`changes with ${what}`, () => {
      assert.notEqual(digest(changes), digest());
    });
  }

  it("doesn't change with the image, the name and the volumes' names, which the provider sees, or labels of their own tell", () => {
    const mounts: Workload["mounts"] = [{ kind: "volume", source: "two", target: "/data", readOnly: false }];
    assert.equal(digest({ image: "sha256:2", name: "other", mounts }), digest());
  });
});

describe("tmpfs options", () => {
  it("give the size in bytes, and run nothing from there", () => {
    assert.equal(tmpfs(2), "rw,noexec,nosuid,nodev,size=2097152,mode=1777");
    assert.equal(tmpfs(1, "uid=5"), "rw,noexec,nosuid,nodev,size=1048576,uid=5");
  });
});
