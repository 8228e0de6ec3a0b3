import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { childEnvironment, localPaths } from "./environment.ts";
import { buildFromModules, forgetBuild, isBuilt, type GoBuild } from "./go.ts";
import { run } from "./process.ts";
import { isReleaseReachable, origin } from "./release.ts";
import { isStamped, removeStamp, writeStamp } from "./stamp.ts";
import type { Outcome, Progress } from "./step.ts";
import { pluginVersion, type PluginName } from "./versions.ts";

const installTimeoutSeconds = 300;

/** The program file of a plugin in the project's own plugin cache. */
export function pluginProgram(name: PluginName): string {
  const folder = `resource-${name}-v${pluginVersion(name)}`;
  return join(localPaths.pulumiHome, "plugins", folder, `pulumi-resource-${name}`);
}

/** Brings a plugin in the version of its npm package: downloads the released one if possible, else builds it. */
export async function bringPlugin(name: PluginName, progress: Progress): Promise<Outcome> {
  const wanted = origin();
  const version = pluginVersion(name);
  const [stamp, program] = [`plugin-${name}-released`, pluginProgram(name)];
  const build: GoBuild = {
    module: name,
    version: { variable: "main.version", value: version },
    output: program,
  };
  const released = isStamped(stamp, version, [program]);
  const have = { released, built: !released && isBuilt(build) };
  if (wanted !== "build" && have.released) return { skipped: "already there" };
  if (wanted !== "released" && have.built) return { skipped: "already built" };
  if (wanted === "released" || (wanted === "any" && (await isReleaseReachable(progress)))) {
    progress("downloading the released one");
    forgetBuild(build);
    try {
      await run(
        join(localPaths.bin, "pulumi"),
        ["plugin", "install", "resource", name, version, "--reinstall"],
        {
          log: `plugin-${name}`,
          env: childEnvironment(),
          timeoutSeconds: installTimeoutSeconds,
        },
      );
      writeStamp(stamp, version);
      return { done: "released one installed" };
    } catch (error) {
      if (wanted === "released") throw error;
      progress("the released one could not be installed");
    }
  }
  if (have.released) rmSync(program);
  removeStamp(stamp);
  mkdirSync(join(program, ".."), { recursive: true });
  return await buildFromModules(build, progress);
}
