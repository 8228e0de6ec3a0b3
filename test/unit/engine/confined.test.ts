import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type Docker from "dockerode";
import { confined } from "../../../engine/confined.ts";
import { boundProcesses } from "../../../engine/processes.ts";
import { projectRoot } from "../../../host/project.ts";

describe("a container that works for a moment", () => {
  it("has no network, no right and no room that it doesn't ask for", () => {
    const { Memory, MemorySwap, PidsLimit, CpuShares, ...rest } = confined();
    assert.deepEqual(rest, {
      NetworkMode: "none",
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges:true"],
    });
    assert.ok(Memory !== undefined && Memory > 0 && MemorySwap === Memory);
    assert.ok(PidsLimit !== undefined && PidsLimit > 0);
    assert.ok(CpuShares !== undefined && CpuShares > 0 && CpuShares < 1024);
  });

  it("is confined wherever the program makes one, a service's trial apart, which is as the service", () => {
    const { stdout } = spawnSync("git", ["grep", "-lE", "HostConfig: ", "--", "*.ts", ":!dev", ":!test"], {
      cwd: projectRoot,
      encoding: "utf8",
    });
    const files = stdout.split("\n").filter((file) => file !== "");
    assert.ok(files.length >= 6, files.join());
    const open = files.filter((file) =>
      readFileSync(join(projectRoot, file), "utf8")
        .split("\n")
        .some((line) => /HostConfig: /.test(line) && !/HostConfig: confined\(/.test(line)),
    );
    assert.deepEqual(open, ["deploy/trial.ts", "workload/on-docker/trial.ts"]);
  });
});

describe("the bound of a container's processes", () => {
  function engineWith(limit: number | null, refusal?: string) {
    const updates: unknown[] = [];
    const container = {
      inspect: () => Promise.resolve({ HostConfig: { PidsLimit: limit } }),
      update: (change: unknown) => {
        updates.push(change);
        return refusal === undefined ? Promise.resolve() : Promise.reject(new Error(refusal));
      },
    };
    return { container: container as unknown as Docker.Container, updates };
  }

  it("is set where there is none or another", async () => {
    for (const before of [null, 7]) {
      const { container, updates } = engineWith(before);
      assert.equal(await boundProcesses(container, 512), undefined);
      assert.deepEqual(updates, [{ PidsLimit: 512 }]);
    }
  });

  it("is left as it is where it is right", async () => {
    const { container, updates } = engineWith(512);
    assert.equal(await boundProcesses(container, 512), undefined);
    assert.deepEqual(updates, []);
  });

  it("is no error where the engine can't", async () => {
    const { container } = engineWith(null, "cgroup is not supported");
    assert.equal(await boundProcesses(container, 512), "cgroup is not supported");
  });
});
