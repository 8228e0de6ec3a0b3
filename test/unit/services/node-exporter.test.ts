import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostView } from "../../../services/node-exporter.ts";

describe("the exporter of the host's figures", () => {
  const { entrypoint = [], command = [], mounts } = hostView();

  it("sees the host's file system, read-only, and asks the kernel for nothing of its own network", () => {
    assert.deepEqual(mounts, [{ kind: "bind", source: "/", target: "/host", readOnly: true }]);
    for (const flag of [
      "--path.rootfs=/host",
      "--path.sysfs=/host/sys",
      "--no-collector.netdev.netlink",
      "--no-collector.arp.netlink",
      "--no-collector.conntrack",
    ])
      assert.ok(command.includes(flag), flag);
  });

  it("reads network and mounts of the host's first process, whoever reads, also after a restart", () => {
    const folder = mkdtempSync(join(tmpdir(), "webnet-exporter-"));
    try {
      const host = join(folder, "host");
      for (const name of ["1", "4242"]) mkdirSync(join(host, "proc", name), { recursive: true });
      for (const name of ["stat", "meminfo"]) writeFileSync(join(host, "proc", name), "");
      symlinkSync("4242", join(host, "proc/self"));
      symlinkSync("4242/task/4242", join(host, "proc/thread-self"));
      for (const name of ["net", "mounts"]) symlinkSync(`self/${name}`, join(host, "proc", name));
      const there = (text: string) =>
        text
          .replaceAll("/host/", `${host}/`)
          .replaceAll("/tmp/proc", join(folder, "proc"))
          .replace("/bin/node_exporter", "echo");
      const [shell = "", ...words] = entrypoint;
      for (const start of ["first", "second"]) {
        const ran = spawnSync(shell, [...words.map(there), ...command.map(there)], { encoding: "utf8" });
        assert.equal(ran.status, 0, `${start}: ${ran.stderr}`);
        assert.equal(ran.stdout, `${command.map(there).join(" ")}\n`);
      }
      const links = readdirSync(join(folder, "proc")).map((name) => [
        name,
        readlinkSync(join(folder, "proc", name)).replace(host, ""),
      ]);
      assert.deepEqual(Object.fromEntries(links), {
        1: "/proc/1",
        self: "/proc/1",
        net: "/proc/1/net",
        mounts: "/proc/1/mounts",
        meminfo: "/proc/meminfo",
        stat: "/proc/stat",
        mdstat: "/proc/mdstat",
        drbd: "/proc/drbd",
        spl: "/proc/spl",
      });
      assert.deepEqual(
        command.filter((flag) => flag.startsWith("--path.procfs=")),
        ["--path.procfs=/tmp/proc"],
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
