import type Docker from "dockerode";
import { confined } from "../engine/confined.ts";
import { tryOut } from "../engine/trial.ts";
import { requirePrograms } from "../render/programs.ts";
import { leastNginx, leastNginxInWords } from "../settings/least-nginx.ts";
import { interruption } from "../host/interruption.ts";
import { nginxUid } from "./layout.ts";

const withinSeconds = 30;

/** Programs that the gateway's scripts call, besides the shell's own commands. */
export const programs = [
  "nginx",
  "curl",
  "readlink",
  "ln",
  "mv",
  "cat",
  "rm",
  "grep",
  "wc",
  "tail",
  "head",
  "sleep",
];

/** Turns a version into one number, in the shell and in the program alike. */
const ranked = { major: 1_000_000, minor: 1000 };
const least = leastNginx.major * ranked.major + leastNginx.minor * ranked.minor + leastNginx.patch;

/** Runs in the image for the gateway: an older nginx does not know all directives of the configuration. */
export const fitnessScript = [
  ...requirePrograms(programs),
  "set -- $(nginx -v 2>&1 | sed -n 's|.*nginx/\\([0-9]*\\)\\.\\([0-9]*\\)\\.\\([0-9]*\\).*|\\1 \\2 \\3|p')",
  `if [ $# = 3 ] && [ $(($1 * ${ranked.major} + $2 * ${ranked.minor} + $3)) -lt ${least} ]; then`,
  `  echo "nginx $1.$2.$3 is too old: ${leastNginxInWords}" >&2`,
  "  exit 1",
  "fi",
].join("\n");

/**
 * Checks in a container that the image can be the gateway. A new edge leaves the serving nginx without a network, so
 * this check comes first.
 *
 * @returns undefined if the image can; otherwise what it lacks
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
    HostConfig: confined(),
  };
  return await tryOut(docker, { body, passes: "ends", withinSeconds }, interruption());
}
