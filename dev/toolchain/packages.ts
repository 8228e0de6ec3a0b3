import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./process.ts";
import { messageOf } from "../../host/message.ts";

const aptTimeoutSeconds = 600;
const debianKeyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

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
  const install = ["-y", "--download-only", "--no-install-recommends", "install"];
  await unpack({ packages, folder, sources: undefined, command: install }, report);
}

/**
 * Does the same with packages of Debian's unstable suite, without what they depend on.
 *
 * @throws also where the machine doesn't have the keys of Debian's archive, or no mirror of it.
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

/** The mirror of Debian's archive that the machine itself is set up with. */
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
  /** What apt-get is told to do with the packages. */
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
  // Lists and status of its own: the system's apt is left alone, and what is installed is downloaded all the same.
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
    // A mirror's copy of a moving suite may be older than the date that it was signed for.
    "Acquire::Check-Valid-Until=false",
    "Acquire::Languages=none",
  ];
}
