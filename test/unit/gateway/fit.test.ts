import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fitnessScript, programs } from "../../../gateway/fit.ts";
import { putPrograms } from "../support/fake-programs.ts";

describe("an image that is to be the gateway's", () => {
  /** What the script says of an image that lacks one program. Its nginx prints this version. */
  function said(version: string, without = ""): string {
    const folder = mkdtempSync(join(tmpdir(), "gateway-fit-"));
    try {
      const names = programs.filter((one) => one !== without);
      putPrograms(folder, Object.fromEntries(names.map((name) => [name, `echo "${version}" >&2`])));
      const shell = spawnSync("sh", ["-c", "command -v sh; command -v sed"], {
        encoding: "utf8",
      }).stdout.split("\n");
      for (const name of ["sh", "sed"])
        symlinkSync(shell.find((path) => path.endsWith(`/${name}`)) ?? "", join(folder, name));
      const options = { encoding: "utf8" as const, env: { PATH: folder } };
      const { status, stderr } = spawnSync("sh", ["-ec", fitnessScript], options);
      assert.equal(status === 0, stderr === "", stderr);
      return stderr.trim();
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  it("has all that its scripts call", () => {
    assert.equal(said("nginx version: nginx/1.30.1", "curl"), "the image has no curl");
    assert.equal(said("nginx version: nginx/1.30.1", "readlink"), "the image has no readlink");
  });

  it("is of nginx 1.27.4 or newer, where it tells a version", () => {
    for (const version of ["1.27.4", "1.27.10", "1.28.0", "1.30.1", "2.0.0"])
      assert.equal(said(`nginx version: nginx/${version}`), "");
    assert.equal(said("nginx version: nginx/1.30.1 (Ubuntu)"), "");
    assert.equal(said("Tengine version: unknown"), "");
    for (const version of ["1.27.3", "1.26.9", "0.99.99"])
      assert.equal(said(`nginx version: nginx/${version}`), `nginx ${version} is too old: 1.27.4 or newer`);
  });
});
