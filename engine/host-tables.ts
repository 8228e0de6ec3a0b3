import type Docker from "dockerode";
import { execAlone } from "./run.ts";

/** Two small files of the kernel; an engine that has much to do takes a while until a container of it runs. */
const readSeconds = 60;

/** Of a kernel without IPv6 there is no second one. */
const script = "cat /proc/net/tcp && if [ -e /proc/net/tcp6 ]; then cat /proc/net/tcp6; fi";

/**
 * The tables of TCP sockets of the engine's host, as its kernel writes them, by a container in the host's network that
 * ends at once. Without it nobody learns who listens there, since the host may be another machine.
 *
 * @param from an image that the engine holds, with `sh` and `cat` in it, and the container's labels, so that one which a kill
 *   left can be told
 * @throws Error where the engine refuses such a container, or it can't read them; OutOfTime after a minute
 */
export async function hostTables(
  docker: Docker,
  { image, labels }: { image: string; labels: Record<string, string> },
): Promise<string> {
  const options = {
    Image: image,
    User: "65534:65534",
    Labels: labels,
    HostConfig: {
      NetworkMode: "host",
      // An engine that maps its users gives the host's network only to who is not mapped.
      UsernsMode: "host",
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges:true"],
    },
  };
  return await execAlone(docker, options, ["sh", "-c", script], readSeconds);
}
