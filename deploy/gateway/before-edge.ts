import type Docker from "dockerode";
import { orMissing } from "../../engine/client.ts";
import { execInVolume } from "../../engine/run.ts";
import { withVolume, writeFiles } from "../../engine/volume.ts";
import {
  internalPort,
  internalSocket,
  presencePort,
  publicSocket,
  type GatewayFiles,
  type Listening,
} from "../../render/nginx.ts";
import { configHome, gatewayPorts, nginxUid } from "./layout.ts";

/** Its connections are cut after this: as long as it finishes them, nobody new is answered. */
const stopSeconds = 1;

/** The configuration volume, and what to reach it by. */
interface Target {
  image: string;
  volume: string;
  labels: Record<string, string>;
}

/**
 * Makes way for the edge where a gateway of an earlier webnet holds the ports itself: gives the generation that it serves
 * what the coming nginx is asked by, and ends it. From then on nobody is answered until the edge and that nginx are there.
 *
 * @param name that gateway's container
 */
export async function makeWayForEdge(docker: Docker, name: string, target: Target): Promise<void> {
  const container = docker.getContainer(name);
  const inspected = await orMissing(container.inspect());
  if (inspected?.Config.Labels["webnet.role"] !== "gateway") return;
  const inVolume = async (...argv: string[]): Promise<string> => await execInVolume(docker, target, argv);
  const generation = (await inVolume("readlink", `${configHome}/current`)).trim();
  const files = withSockets(await inVolume("cat", `${configHome}/${generation}/nginx.conf`));
  await withVolume(docker, target, async (copy, path) => {
    const entries = Object.entries(files).map(([file, content]) => ({
      path: `${configHome}/${generation}/${file}`,
      content,
      mode: 0o400,
      uid: nginxUid,
    }));
    await writeFiles(copy, path, entries);
  });
  if (inspected.State.Running) await container.stop({ t: stopSeconds });
}

/** The files of a generation, from the one that such a gateway had. */
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
          // It may stand in one server only.
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
