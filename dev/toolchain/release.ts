import type { Progress } from "./step.ts";
import { pulumiVersion } from "./versions.ts";

/** Origin of the CLI and its plugins. `any`: released ones if they can be downloaded, else built ones. */
export type Origin = "any" | "released" | "build";

const releasedFile = `https://get.pulumi.com/releases/sdk/pulumi-v${pulumiVersion}-linux-x64.tar.gz`;
const probeMilliseconds = 5000;

/** The origin in `WEBNET_TOOLCHAIN`. Default `any`. Throws on an unknown value. */
export function origin(): Origin {
  const value = process.env["WEBNET_TOOLCHAIN"] ?? "";
  if (value === "") return "any";
  if (value === "released" || value === "build") return value;
  throw new Error(`WEBNET_TOOLCHAIN is "${value}": set it to "released" or "build", or leave it out`);
}

let reachable: Promise<boolean> | undefined;

/** True if Pulumi's own downloads are reachable. Asks once per process, for 5 s at most. */
export function isReleaseReachable(progress: Progress): Promise<boolean> {
  progress("looking for Pulumi's own downloads");
  return (reachable ??= probe());
}

async function probe(): Promise<boolean> {
  try {
    const answer = await fetch(releasedFile, {
      method: "HEAD",
      signal: AbortSignal.timeout(probeMilliseconds),
    });
    return answer.ok;
  } catch {
    return false;
  }
}
