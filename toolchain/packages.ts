import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run } from "./process.ts";

const aptTimeoutSeconds = 600;

/**
 * Downloads Debian packages with what they depend on and unpacks them into a folder; nothing is installed.
 *
 * @param folder gets a tree like `/`; it appears only when it is whole.
 * @throws when the machine has no apt or can't reach its mirrors.
 */
export async function unpackDebian(
  packages: readonly string[],
  folder: string,
  report: (text: string) => void,
): Promise<void> {
  const [archives, unpacked] = [`${folder}.debs`, `${folder}.part`];
  for (const path of [archives, unpacked, folder]) rmSync(path, { recursive: true, force: true });
  for (const path of [join(archives, "partial"), join(archives, "lists", "partial"), unpacked]) {
    mkdirSync(path, { recursive: true });
  }
  // Lists and status of its own: the system's apt is left alone, and what is installed is downloaded all the same.
  const options = [
    `Dir::Cache::archives=${archives}/`,
    `Dir::State::lists=${archives}/lists/`,
    "Dir::Cache::pkgcache=",
    "Dir::Cache::srcpkgcache=",
    "APT::Sandbox::User=root",
    "Debug::NoLocking=true",
    "APT::Get::List-Cleanup=false",
  ].flatMap((option) => ["-o", option]);
  const env = { DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" };
  try {
    report("reading the package lists");
    await run("apt-get", ["-q", ...options, "update"], {
      log: "apt-update",
      env,
      timeoutSeconds: aptTimeoutSeconds,
    });
    report("downloading the packages");
    const download = ["-q", "-y", ...options, "--download-only", "--no-install-recommends", "install"];
    await run("apt-get", [...download, ...packages], {
      log: "apt-download",
      env,
      timeoutSeconds: aptTimeoutSeconds,
    });
    report("unpacking the packages");
    for (const file of readdirSync(archives).filter((name) => name.endsWith(".deb"))) {
      await run("dpkg-deb", ["-x", join(archives, file), unpacked], { log: "dpkg-deb" });
    }
    renameSync(unpacked, folder);
  } catch (error) {
    throw new Error(
      `the Debian packages ${packages.join(", ")} could not be had: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  } finally {
    for (const path of [archives, unpacked])
      if (existsSync(path)) rmSync(path, { recursive: true, force: true });
  }
}
