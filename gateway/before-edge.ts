import type Docker from "dockerode";
import { orMissing } from "../engine/client.ts";
import { stopContainer } from "../engine/containers.ts";
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
  const generation = (await execInVolume(docker, target, ["readlink", `${configHome}/current`])).trim();
  await withVolume(docker, target, async (copy, path) => {
    // By the engine's archive: what a container prints may be kept in a log of the host's, and this holds the token.
    const conf = await readText(copy, `${path}/${configHome}/${generation}/nginx.conf`);
    if (isConverted(conf)) return;
    const { "nginx.conf": live, ...rest } = withSockets(conf);
    const entry = (file: string, content: string) => ({
      path: `${configHome}/${generation}/${file}`,
      content,
      mode: 0o400,
      uid: nginxUid,
    });
    // The live one last, by which a second attempt knows that the others are there.
    await writeFiles(copy, path, [
      ...Object.entries(rest).map(([file, content]) => entry(file, content)),
      entry("nginx.conf", live),
    ]);
  });
  if (inspected.State.Running) await stopContainer(container, stopSeconds);
}

/** Whether a configuration has been given them already. */
export function isConverted(conf: string): boolean {
  return conf.includes("/.webnet/listening");
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
