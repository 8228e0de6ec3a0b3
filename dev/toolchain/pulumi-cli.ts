import { existsSync, mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { localPaths } from "./environment.ts";
import { buildFromModules, forgetBuild, isBuilt, type GoBuild } from "./go.ts";
import { run } from "./process.ts";
import { isReleaseReachable, origin } from "./release.ts";
import { isStamped, removeStamp, writeStamp } from "./stamp.ts";
import type { Outcome, Progress } from "./step.ts";
import { isAtLeast, pulumiVersion } from "./versions.ts";

const program = join(localPaths.bin, "pulumi");
const languageHost = join(localPaths.bin, "pulumi-language-nodejs");
const builtLanguageHost = join(localPaths.bin, "language-host", "pulumi-language-nodejs");
const releasedStamp = "pulumi-released";
/** The last version in which the SDK's module contains the language host. */
const languageHostVersion = "v3.68.0";
const installTimeoutSeconds = 300;

const versionVariable = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

const cliBuild: GoBuild = {
  module: "pulumi",
  package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  version: { variable: versionVariable, value: `v${pulumiVersion}` },
  output: program,
};

const builds: GoBuild[] = [
  cliBuild,
  {
    module: "language-nodejs",
    package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    version: { variable: versionVariable, value: languageHostVersion },
    output: builtLanguageHost,
  },
];

/**
 * Script that starts the built language host. That host reads the options of `Pulumi.yaml` from its command line, where
 * today's CLI no longer puts them. Without this option it would load the TypeScript compiler in each run.
 */
export const startLanguageHost = `#!/bin/sh
exec "\${0%/*}/language-host/pulumi-language-nodejs" -typescript=false "$@"
`;

/**
 * Brings the Pulumi CLI with its Node language host to `.webnet/bin`: the machine's own if it is new enough, else the
 * released one if its download site is reachable, else one built from Go modules.
 */
export async function bringPulumi(progress: Progress): Promise<Outcome> {
  const wanted = origin();
  const released = isStamped(releasedStamp, pulumiVersion, [program]);
  const have = { released, built: !released && builds.every(isBuilt) };
  if (wanted === "any" && (have.released || have.built)) return { skipped: "already there" };
  if (wanted === "released" && have.released) return { skipped: "already there" };
  if (wanted === "build" && have.built) return { skipped: "already built" };
  if (wanted !== "build") {
    const own = await ownPulumi(progress);
    if (own !== undefined) return { done: own };
    if (wanted === "released" || (await isReleaseReachable(progress))) {
      const outcome = await installReleased(wanted, progress);
      if (outcome !== undefined) return outcome;
    }
  }
  if (have.released) rmSync(program, { force: true });
  removeStamp(releasedStamp);
  mkdirSync(localPaths.bin, { recursive: true });
  rmSync(languageHost, { force: true });
  writeFileSync(languageHost, startLanguageHost, { mode: 0o755 });
  for (const build of builds) await buildFromModules(build, progress);
  return { done: "built" };
}

async function ownPulumi(progress: Progress): Promise<string | undefined> {
  const own = (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => folder !== localPaths.bin)
    .map((folder) => join(folder, "pulumi"))
    .find((file) => existsSync(file));
  if (own === undefined) return undefined;
  progress(`looking at ${own}`);
  try {
    const version = (await run(own, ["version"], { log: "pulumi-version", timeoutSeconds: 30 })).trim();
    if (!isAtLeast(version, pulumiVersion)) return undefined;
    clear();
    // The CLI looks for its language hosts next to its real file.
    symlinkSync(realpathSync(own), program);
    writeStamp(releasedStamp, pulumiVersion);
    return `using ${own}, which is ${version}`;
  } catch {
    return undefined;
  }
}

async function installReleased(wanted: string, progress: Progress): Promise<Outcome | undefined> {
  progress("downloading the released one");
  const script =
    `const { PulumiCommand } = await import("@pulumi/pulumi/automation/index.js");` +
    `await PulumiCommand.install({ root: process.argv[1] });`;
  try {
    clear();
    // In a separate process with a timeout: the SDK's installer has none.
    await run(process.execPath, ["--input-type=module", "-e", script, localPaths.made], {
      log: "pulumi-install",
      timeoutSeconds: installTimeoutSeconds,
    });
    writeStamp(releasedStamp, pulumiVersion);
    return { done: "released one installed" };
  } catch (error) {
    if (wanted === "released") throw error;
    progress("the released one could not be installed");
    return undefined;
  }
}

function clear(): void {
  mkdirSync(localPaths.bin, { recursive: true });
  removeStamp(releasedStamp);
  forgetBuild(cliBuild);
  for (const file of [program, languageHost]) rmSync(file, { force: true });
}
