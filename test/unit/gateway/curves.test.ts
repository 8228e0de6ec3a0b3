import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { noteCurves } from "../../../gateway/curves.ts";
import { nginxWorkload } from "../../../gateway/nginx.ts";
import { platformWith } from "../support/platform.ts";

/** What the lines write in a folder of their own, with an nginx that ends with a code. */
function noted(nginxCode: number): { said: string; left: string[] } {
  const folder = mkdtempSync(join(tmpdir(), "webnet-curves-"));
  try {
    const script = noteCurves.join("\n").replaceAll("/tmp/", `${folder}/`);
    const nginx = `nginx() { grep -q X25519MLKEM768 "$4" || return 2; return ${nginxCode}; }`;
    const { status, stderr } = spawnSync("sh", ["-ec", `${nginx}\n${script}`], { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    return { said: readFileSync(join(folder, "tls-curves.conf"), "utf8"), left: readdirSync(folder) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("the curves of an nginx with TLS", () => {
  it("begin with the hybrid one where nginx can load it", () => {
    assert.equal(noted(0).said, "ssl_ecdh_curve X25519MLKEM768:X25519:prime256v1:secp384r1;\n");
  });

  it("are those that every library knows where it can't", () => {
    assert.equal(noted(1).said, "ssl_ecdh_curve X25519:prime256v1:secp384r1;\n");
  });

  it("leave nothing of the test behind", () => {
    assert.deepEqual(noted(0).left, ["tls-curves.conf"]);
  });

  it("are noted before nginx starts, with TLS only", () => {
    const start = (tls: boolean) =>
      nginxWorkload(
        platformWith(tls ? { "gateway.tls.certificate": "self-signed" } : {}),
        "0a1b2c3d",
      ).entrypoint?.join("\n") ?? "";
    assert.equal(start(false).includes("tls-curves"), false);
    assert.ok(start(true).indexOf("tls-curves") < start(true).indexOf("daemon off"));
  });
});
