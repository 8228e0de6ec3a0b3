import type Docker from "dockerode";
import { tryOut } from "../engine/trial.ts";
import { requirePrograms } from "../render/programs.ts";
import { leastNginx, leastNginxInWords } from "../settings/least-nginx.ts";
import { interruption } from "../deploy/input.ts";
import { nginxUid } from "./layout.ts";

const withinSeconds = 30;

/** What the scripts of the gateway call, besides a shell's own commands. */
const programs = ["nginx", "curl", "readlink", "ln", "mv", "cat", "rm"];

/** Makes one number of a version; shell and program must agree. */
const ranked = { major: 1_000_000, minor: 1000 };
const least = leastNginx.major * ranked.major + leastNginx.minor * ranked.minor + leastNginx.patch;

/** Run by an image that is to be the gateway's: an older nginx lacks what its configuration is written in. */
export const fitnessScript = [
  ...requirePrograms(programs),
  "set -- $(nginx -v 2>&1 | sed -n 's|.*nginx/\\([0-9]*\\)\\.\\([0-9]*\\)\\.\\([0-9]*\\).*|\\1 \\2 \\3|p')",
  `if [ $# = 3 ] && [ $(($1 * ${ranked.major} + $2 * ${ranked.minor} + $3)) -lt ${least} ]; then`,
  `  echo "nginx $1.$2.$3 is too old: ${leastNginxInWords}" >&2`,
  "  exit 1",
  "fi",
].join("\n");

/**
 * Has a container of the image show that it can be the gateway, before an edge that is made anew leaves the one that
 * serves without a network.
 *
 * @returns undefined where it can; else what it lacks
 */
export async function unfitForGateway(
  docker: Docker,
  { image, labels }: { image: string; labels: Record<string, string> },
): Promise<string | undefined> {
  const body: Docker.ContainerCreateOptions = {
    Image: image,
    User: `${nginxUid}:${nginxUid}`,
    Entrypoint: ["sh", "-ec"],
    Cmd: [fitnessScript],
    Labels: labels,
    HostConfig: { NetworkMode: "none", ReadonlyRootfs: true, CapDrop: ["ALL"] },
  };
  return await tryOut(docker, { body, passes: "ends", withinSeconds }, interruption());
}
