import { createReadStream, createWriteStream } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import tar from "tar-stream";
import { stringify } from "yaml";
import type { TestPlatform } from "../platform/platform.ts";
import { localPaths } from "../toolchain/environment.ts";
import { packagesTar } from "../toolchain/images/packages.ts";
import { runQuietly } from "./measure.ts";

const directory = join(localPaths.made, "bench", "compose");
const binary = join(directory, "docker-compose");

/**
 * A Compose project with as many containers as the platform, of the same images. The containers only sleep. That is
 * enough for a no-op: Compose compares one hash per description, whatever its length.
 */
export class ComposeProject {
  private readonly host: string;

  constructor(host: string) {
    this.host = host;
  }

  /** Fetches Compose from Debian's packages, and writes a project with one service per container of the platform. */
  async create(platform: TestPlatform): Promise<void> {
    await mkdir(directory, { recursive: true });
    await unpackBinary(await packagesTar({ suite: "trixie", packages: ["docker-compose"] }));
    const services: Record<string, unknown> = {};
    for (const [name, id] of await platform.containers()) {
      const { Image } = await platform.docker.getContainer(id).inspect();
      services[name] = {
        image: Image,
        entrypoint: ["sleep", "3600"],
        user: "65534",
        read_only: true,
        cap_drop: ["ALL"],
        stop_signal: "SIGKILL",
      };
    }
    await writeFile(join(directory, "compose.yaml"), stringify({ name: "webnet-bench", services }));
  }

  /** `docker compose up`. */
  async up(): Promise<void> {
    await this.compose("up", "--detach");
  }

  /** Removes the project's containers and network. */
  async remove(): Promise<void> {
    await this.compose("down", "--timeout", "1");
  }

  private async compose(...args: string[]): Promise<void> {
    await runQuietly(binary, ["--progress", "quiet", ...args], {
      cwd: directory,
      env: { ...process.env, DOCKER_HOST: this.host },
    });
  }
}

async function unpackBinary(packages: string): Promise<void> {
  const extract = tar.extract();
  const read = pipeline(createReadStream(packages), extract);
  for await (const entry of extract) {
    if (entry.header.type === "file" && entry.header.name.endsWith("/docker-compose")) {
      await pipeline(entry, createWriteStream(binary));
      await chmod(binary, 0o755);
    } else {
      entry.resume();
    }
  }
  await read;
}
