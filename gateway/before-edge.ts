import type Docker from "dockerode";
import { orMissing } from "../engine/client.ts";
import { stopContainer } from "../engine/containers.ts";
import { isGateway } from "./live.ts";
import { readText } from "../engine/archive.ts";
import { execInVolume } from "../engine/run.ts";
import { withVolume, writeFiles } from "../engine/volume.ts";
import {
  internalPort,
  internalSocket,
  presencePort,
  publicSocket,
  type GatewayFiles,
  type Listening,
} from "../render/nginx.ts";
import { configHome, gatewayPorts, nginxUid } from "./layout.ts";

/** Seconds until the engine kills the old gateway. Short, because new clients get no answer until it has ended. */
const stopSeconds = 1;

/** The configuration volume, and the image and labels of the temporary container that mounts it. */
interface Target {
  image: string;
  volume: string;
  labels: Record<string, string>;
}

/**
 * Makes way for the edge if a gateway of an earlier webnet holds the ports itself. Adds the sockets by which the update
 * asks the new nginx to the generation that this gateway serves, then stops it. Clients get no answer until the edge
 * and the new nginx run.
 *
 * @param name that gateway's container
 */
export async function makeWayForEdge(docker: Docker, name: string, target: Target): Promise<void> {
  const container = docker.getContainer(name);
  const inspected = await orMissing(container.inspect());
  if (inspected === undefined || !isGateway(inspected.Config)) return;
  const generation = (await execInVolume(docker, target, ["readlink", `${configHome}/current`])).trim();
  await withVolume(docker, target, async (copy, path) => {
    // Reads through the engine's archive call: the host may log a container's output, and this file holds the token.
    const conf = await readText(copy, `${path}/${configHome}/${generation}/nginx.conf`);
    if (isConverted(conf)) return;
    const { "nginx.conf": live, ...rest } = withSockets(conf);
    const entry = (file: string, content: string) => ({
      path: `${configHome}/${generation}/${file}`,
      content,
      mode: 0o400,
      uid: nginxUid,
    });
    // nginx.conf comes last: it tells a second attempt that the other files are there.
    await writeFiles(copy, path, [
      ...Object.entries(rest).map(([file, content]) => entry(file, content)),
      entry("nginx.conf", live),
    ]);
  });
  if (inspected.State.Running) await stopContainer(container, stopSeconds);
}

/** True if {@link withSockets} has already converted this configuration. */
export function isConverted(conf: string): boolean {
  return conf.includes("/.webnet/listening");
}

/** Makes the files of a generation from the single file of such a gateway. */
export function withSockets(conf: string): GatewayFiles {
  const asked = conf.replaceAll("if ($remote_addr != 127.0.0.1)", 'if ($remote_addr != "unix:")');
  const listenLine = (port: number): RegExp => new RegExp(`^( *)listen ${port}( default_server)?;$`, "gm");
  const of = (listening: Listening): string =>
    [
      { port: gatewayPorts.public, socket: publicSocket },
      { port: internalPort, socket: internalSocket },
    ]
      .reduce((text, { port, socket }) => {
        let seen = 0;
        return text.replaceAll(listenLine(port), (_, indent: string, parameters: string | undefined = "") => {
          // nginx accepts it in one server per port only.
          const options = (seen += 1) === 1 ? " reuseport" : "";
          const byPort = `${indent}listen ${port}${parameters}${options};\n`;
          const presence =
            listening === "public" && port === internalPort
              ? `${indent}listen 127.0.0.1:${presencePort} reuseport;\n`
              : "";
          return `${listening === "quiet" ? "" : byPort}${presence}${indent}listen unix:${socket}${parameters};`;
        });
      }, asked)
      .replace(
        /^( *)location = \/\.webnet\/generation /m,
        (line, indent: string) =>
          `${indent}location = /.webnet/listening {\n${indent}  return 200 "${listening}\\n";\n${indent}}\n${line}`,
      );
  return { "nginx.conf": of("public"), "quiet.conf": of("quiet"), "stand-in.conf": of("standIn") };
}
