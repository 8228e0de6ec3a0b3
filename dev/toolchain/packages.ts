import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./process.ts";
import { messageOf } from "../../host/message.ts";

const aptTimeoutSeconds = 600;
const debianKeyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

/**
 * Downloads Debian packages and unpacks them into a folder, with the dependencies that this machine lacks. Installs
 * nothing.
 *
 * @param packages also those that this machine has installed; what else the tree must have itself belongs here too
 * @param folder gets a tree like `/`. It appears only when it is complete.
 * @throws when the machine has no apt or can't reach its mirrors.
 */
export async function unpackDebian(
  packages: readonly string[],
  folder: string,
  report: (text: string) => void,
): Promise<void> {
  // Without --reinstall, apt downloads nothing for a package that this machine has installed.
  const install = ["-y", "--download-only", "--no-install-recommends", "--reinstall", "install"];
  await unpack({ packages, folder, sources: undefined, command: install }, report);
}

/**
 * Does the same with packages of Debian's unstable suite, without dependencies.
 *
 * @throws also when the machine has no keys or no mirror of Debian's archive.
 */
export async function unpackUnstable(
  packages: readonly string[],
  folder: string,
  report: (text: string) => void,
): Promise<void> {
  if (!existsSync(debianKeyring)) throw new Error(`there is no ${debianKeyring}`);
  const sources = `deb [signed-by=${debianKeyring}] ${await debianMirror()} sid main\n`;
  await unpack({ packages, folder, sources, command: ["download"] }, report);
}

/** The packages that this machine has installed, of those with such a name. */
export async function installedPackages(name: RegExp): Promise<string[]> {
  const format = "${Package} ${db:Status-Status}\n";
  const told = await run("dpkg-query", ["--show", `--showformat=${format}`], { log: "dpkg-query" });
  const lines = told.split("\n").map((line) => line.split(" "));
  return lines.flatMap(([found = "", status]) => (status === "installed" && name.test(found) ? [found] : []));
}

/** The mirror of Debian's archive in the machine's own sources. */
async function debianMirror(): Promise<string> {
  const targets = ["indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"];
  const mirrors = (await run("apt-get", targets, { log: "apt-mirrors" })).split("\n");
  const mirror = mirrors.find((uri) => /\/debian\/?$/.test(uri.trim()));
  if (mirror === undefined) throw new Error("apt is set up with no mirror of Debian's archive");
  return mirror.trim();
}

interface Unpacking {
  packages: readonly string[];
  folder: string;
  /** The text of a sources.list. Default: the machine's own. */
  sources: string | undefined;
  /** The arguments of apt-get before the packages. */
  command: readonly string[];
}

async function unpack(
  { packages, folder, sources, command }: Unpacking,
  report: (text: string) => void,
): Promise<void> {
  const [archives, unpacked] = [`${folder}.debs`, `${folder}.part`];
  for (const path of [archives, unpacked, folder]) rmSync(path, { recursive: true, force: true });
  for (const path of [join(archives, "partial"), join(archives, "lists", "partial"), unpacked]) {
    mkdirSync(path, { recursive: true });
  }
  // Separate lists and archives: the system's apt stays as it is.
  const options = [
    `Dir::Cache::archives=${archives}/`,
    `Dir::State::lists=${archives}/lists/`,
    "Dir::Cache::pkgcache=",
    "Dir::Cache::srcpkgcache=",
    "APT::Sandbox::User=root",
    "Debug::NoLocking=true",
    "APT::Get::List-Cleanup=false",
    ...ownSources(archives, sources),
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
    await run("apt-get", ["-q", ...options, ...command, ...packages], {
      log: "apt-download",
      cwd: archives,
      env,
      timeoutSeconds: aptTimeoutSeconds,
    });
    report("unpacking the packages");
    for (const file of readdirSync(archives).filter((name) => name.endsWith(".deb"))) {
      await run("dpkg-deb", ["-x", join(archives, file), unpacked], { log: "dpkg-deb" });
    }
    renameSync(unpacked, folder);
  } catch (error) {
    throw new Error(`the Debian packages ${packages.join(", ")} could not be had: ${messageOf(error)}`, {
      cause: error,
    });
  } finally {
    for (const path of [archives, unpacked])
      if (existsSync(path)) rmSync(path, { recursive: true, force: true });
  }
}

function ownSources(folder: string, sources: string | undefined): string[] {
  if (sources === undefined) return [];
  const file = join(folder, "sources.list");
  writeFileSync(file, sources);
  return [
    `Dir::Etc::sourcelist=${file}`,
    "Dir::Etc::sourceparts=-",
    // The suite moves: the copy of a mirror may be older than its signature allows.
    "Acquire::Check-Valid-Until=false",
    "Acquire::Languages=none",
  ];
}
