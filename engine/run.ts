import { buffer } from "node:stream/consumers";
import type Docker from "dockerode";
import { splitFrames } from "./frames.ts";

/**
 * Runs a command to its end in a container of its own, with a volume as its working directory, no network and no
 * rights beyond the files that it owns. The container is removed afterwards.
 *
 * @returns what the command printed.
 * @throws Error with what it complained of, where it fails: what it printed may be a secret.
 */
export async function execInVolume(
  docker: Docker,
  target: { image: string; volume: string; labels: Record<string, string> },
  argv: string[],
): Promise<string> {
  const container = await docker.createContainer({
    Image: target.image,
    User: "0:0",
    Entrypoint: argv.slice(0, 1),
    Cmd: argv.slice(1),
    WorkingDir: "/volume",
    Labels: target.labels,
    HostConfig: {
      NetworkMode: "none",
      ReadonlyRootfs: true,
      CapDrop: ["ALL"],
      CapAdd: ["DAC_OVERRIDE"],
      SecurityOpt: ["no-new-privileges:true"],
      Mounts: [{ Type: "volume", Source: target.volume, Target: "/volume" }],
    },
  });
  try {
    const stream = await container.attach({ stream: true, stdout: true, stderr: true });
    await container.start();
    const [raw, { StatusCode }] = await Promise.all([
      buffer(stream),
      container.wait() as Promise<{ StatusCode: number }>,
    ]);
    const { both, stderr } = splitFrames(raw);
    if (StatusCode !== 0)
      throw new Error(`\`${argv.join(" ")}\` ended with exit code ${StatusCode}: ${stderr.trim()}`);
    return both;
  } finally {
    await container.remove({ force: true, v: true });
  }
}
