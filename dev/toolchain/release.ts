import type { Progress } from "./step.ts";
import { pulumiVersion } from "./versions.ts";

/** Where the CLI and its plugins come from: `any` is the released ones if they can be had, else built ones. */
export type Origin = "any" | "released" | "build";

const releasedFile = `https://get.pulumi.com/releases/sdk/pulumi-v${pulumiVersion}-linux-x64.tar.gz`;
const probeMilliseconds = 5000;

/** What `WEBNET_TOOLCHAIN` asks for; default `any`. */
export function origin(): Origin {
  const value = process.env["WEBNET_TOOLCHAIN"] ?? "";
  if (value === "") return "any";
  if (value === "released" || value === "build") return value;
  throw new Error(`WEBNET_TOOLCHAIN is "${value}": set it to "released" or "build", or leave it out`);
}

let reachable: Promise<boolean> | undefined;

/** Tells whether Pulumi's own downloads can be reached from here; asks once a process, for five seconds at most. */
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
