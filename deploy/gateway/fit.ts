import type Docker from "dockerode";
import { tryOut } from "../../engine/trial.ts";
import { nginxUid } from "./layout.ts";

const withinSeconds = 30;

/** What the scripts of the gateway call, besides a shell's own commands. */
const programs = ["nginx", "curl", "readlink", "ln", "mv", "cat", "rm"];

/** Run by an image that is to be the gateway's: nginx below 1.27.4 lacks what its configuration is written in. */
export const fitnessScript = [
  `for program in ${programs.join(" ")}; do`,
  '  command -v "$program" > /dev/null || { echo "the image has no $program" >&2; exit 1; }',
  "done",
  "set -- $(nginx -v 2>&1 | sed -n 's|.*nginx/\\([0-9]*\\)\\.\\([0-9]*\\)\\.\\([0-9]*\\).*|\\1 \\2 \\3|p')",
  "if [ $# = 3 ] && [ $(($1 * 1000000 + $2 * 1000 + $3)) -lt 1027004 ]; then",
  '  echo "nginx $1.$2.$3 is too old: 1.27.4 or newer" >&2',
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
  const end = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(signal, () => {
      end.abort(new Error(`interrupted by ${signal}`));
    });
  const body: Docker.ContainerCreateOptions = {
    Image: image,
    User: `${nginxUid}:${nginxUid}`,
    Entrypoint: ["sh", "-ec"],
    Cmd: [fitnessScript],
    Labels: labels,
    HostConfig: { NetworkMode: "none", ReadonlyRootfs: true, CapDrop: ["ALL"] },
  };
  return await tryOut(docker, { body, passes: "ends", withinSeconds }, end.signal);
}
