import type Docker from "dockerode";
import { confined } from "./confined.ts";
import { execAlone } from "./run.ts";

/** Reading the two small files takes no time, but a busy engine needs a while to start a container. */
const readSeconds = 60;

/** A kernel without IPv6 has no tcp6. */
const script = "cat /proc/net/tcp && if [ -e /proc/net/tcp6 ]; then cat /proc/net/tcp6; fi";

/**
 * Reads the kernel's tables of TCP sockets on the engine's host, with a short-lived container in the host's network.
 * The host may be another machine, so there is no other way to learn what listens there.
 *
 * @param from an image that the engine holds, with `sh` and `cat` in it; and the container's labels, by which a
 *   leftover of a killed run can be recognised
 * @throws Error if the engine refuses the container, or the container can't read the tables; OutOfTime after a minute
 */
export async function hostTables(
  docker: Docker,
  { image, labels }: { image: string; labels: Record<string, string> },
): Promise<string> {
  const options = {
    Image: image,
    User: "65534:65534",
    Labels: labels,
    HostConfig: confined({
      NetworkMode: "host",
      // An engine with user namespaces gives the host's network only to containers outside of them.
      UsernsMode: "host",
    }),
  };
  return await execAlone(docker, options, ["sh", "-c", script], readSeconds);
}
