import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unpackEngine } from "../../../../dev/toolchain/engine-tree.ts";
import { installedPackages, unpackDebian } from "../../../../dev/toolchain/packages.ts";
import { putPrograms } from "../../support/fake-programs.ts";

/** apt on a machine with every package installed: it downloads a package only with --reinstall. */
const fakes = {
  "apt-get": `echo "$*" >>"$(dirname "$0")/calls"
case "$*" in
*--reinstall*install*)
  shift $(($# - 1))
  case "$1" in gone) ;; *) : >"$1.deb" ;; esac ;;
esac`,
  "dpkg-deb": 'mkdir -p "$3/usr/sbin" && : >"$3/usr/sbin/$(basename "$2" .deb)"',
  "dpkg-query": `echo "golang-1.19-go installed
golang-1.19-src config-files
golang-github-x-dev installed
golang-src installed"`,
};

describe("packages from apt", () => {
  const path = process.env["PATH"] ?? "";
  let folder = "";

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "packages-"));
    mkdirSync(join(folder, "bin"));
    putPrograms(join(folder, "bin"), fakes);
    process.env["PATH"] = `${join(folder, "bin")}:${path}`;
  });
  afterEach(() => {
    process.env["PATH"] = path;
    rmSync(folder, { recursive: true });
  });

  it("come also where the machine has them installed", async () => {
    await unpackDebian(["dockerd"], join(folder, "tree"), () => undefined);
    assert.ok(existsSync(join(folder, "tree", "usr", "sbin", "dockerd")));
  });

  it("of the engine are all those whose programs it runs, and without them there is no tree", async () => {
    const tree = join(folder, "engine");
    await assert.rejects(
      unpackEngine("release", tree, () => undefined),
      /apt downloaded no docker\.io/,
    );
    assert.equal(existsSync(tree), false);
    assert.match(
      readFileSync(join(folder, "bin", "calls"), "utf8"),
      / docker\.io containerd runc iptables$/m,
    );
  });

  it("that are installed are known by their names", async () => {
    const found = await installedPackages(/^golang-([\d.]+-)?(go|src)$/);
    assert.deepEqual(found, ["golang-1.19-go", "golang-src"]);
  });
});
