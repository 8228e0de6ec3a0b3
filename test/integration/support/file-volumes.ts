import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import type Docker from "dockerode";
import type { OnChange } from "../../../contract/files.ts";
import { localEnvironment } from "../../../dev/toolchain/environment.ts";
import { removeLeftovers } from "../../../dev/toolchain/leftovers.ts";
import { connectEngine } from "../../../engine/client.ts";
import { mustExec } from "../../../engine/exec.ts";
import { execInVolume } from "../../../engine/run.ts";
import { withVolume, writeFiles, type VolumeFile } from "../../../engine/volume.ts";
import { projectRoot } from "../../../host/project.ts";
import { catalogues } from "../../../settings/catalogue.ts";

const uid = 65534;
const image = catalogues.local.prometheus;

/** A file as a service's is. */
export const file = (path: string, content: string): VolumeFile => ({ path, content, mode: 0o400, uid });

/** What the script is told besides the volume. */
export interface Told {
  container?: string;
  directory?: string;
  onChange?: OnChange;
  digest?: string;
  repairs?: number;
}

/** A running script of an update. */
export interface Writing {
  child: ChildProcess;
  ended: Promise<{ exitCode: number; said: string }>;
}

/** Volumes with files of a stack of its own, and containers that read them. */
export class FileVolumes {
  readonly docker: Docker;
  readonly stack: string;
  readonly labels: Record<string, string>;
  readonly #host = localEnvironment()["DOCKER_HOST"] ?? "";
  #count = 0;

  constructor(purpose: string) {
    this.stack = `test-${purpose}-${process.pid}`;
    this.labels = { "webnet.stack": this.stack, "webnet.role": "copy" };
    this.docker = connectEngine(this.#host);
  }

  async create(): Promise<string> {
    const Name = `${this.stack}-${(this.#count += 1)}`;
    await this.docker.createVolume({ Name, Labels: this.labels });
    return Name;
  }

  async remove(): Promise<void> {
    await removeLeftovers(this.docker, { ofStack: (one) => one === this.stack, volumes: true });
  }

  /** Starts a container that reads a volume, as a service does. Without a command it only waits. */
  async reader(
    volume: string,
    target = "/read",
    command: Partial<Docker.ContainerCreateOptions> = { Entrypoint: ["sleep", "300"] },
    host: Docker.HostConfig = {},
  ): Promise<{ container: Docker.Container; name: string }> {
    const name = `${this.stack}-reader-${(this.#count += 1)}`;
    const container = await this.docker.createContainer({
      name,
      Image: image,
      User: `${uid}:${uid}`,
      Labels: this.labels,
      ...command,
      HostConfig: {
        ReadonlyRootfs: true,
        CapDrop: ["ALL"],
        NetworkMode: "none",
        Init: false,
        Tmpfs: { "/prometheus": `mode=0700,uid=${uid},gid=${uid}`, "/tmp": "mode=1777" },
        Mounts: [{ Type: "volume", Source: volume, Target: target, ReadOnly: true }],
        ...host,
      },
    });
    await container.start();
    return { container, name };
  }

  /** Starts to write files as an update does, by its script. */
  start(volume: string, files: readonly VolumeFile[], told: Told = {}): Writing {
    const { container, directory = "/read", onChange, digest, repairs } = told;
    const child = spawn(process.execPath, ["deploy/files.ts"], {
      cwd: projectRoot,
      env: {
        ...process.env,
        DOCKER_HOST: this.#host,
        WEBNET_STACK: this.stack,
        WEBNET_IMAGE: image,
        WEBNET_VOLUME: volume,
        ...(container !== undefined && { WEBNET_CONTAINER: container, WEBNET_DIRECTORY: directory }),
        ...(onChange !== undefined && { WEBNET_ON_CHANGE: JSON.stringify(onChange) }),
        ...(digest !== undefined && { WEBNET_DIGEST: digest }),
        ...(repairs !== undefined && { WEBNET_REPAIRS: String(repairs) }),
      },
      stdio: ["pipe", "ignore", "pipe"],
    });
    child.stdin.end(JSON.stringify(files));
    const ended = Promise.all([text(child.stderr), once(child, "exit") as Promise<[number | null]>]).then(
      ([said, [exitCode]]) => ({ exitCode: exitCode ?? -1, said }),
    );
    return { child, ended };
  }

  async write(volume: string, files: readonly VolumeFile[], told: Told = {}) {
    return await this.start(volume, files, told).ended;
  }

  async written(volume: string, files: readonly VolumeFile[], told: Told = {}): Promise<void> {
    assert.deepEqual(await this.write(volume, files, told), { exitCode: 0, said: "" });
  }

  /** Writes files as an earlier webnet did. */
  async plainly(volume: string, files: readonly VolumeFile[]): Promise<void> {
    await withVolume(this.docker, { image, volume, labels: this.labels }, (container, path) =>
      writeFiles(container, path, files),
    );
  }

  /** All files by what a container sees that reads them. */
  async seen(volume: string): Promise<Record<string, string>> {
    const { container } = await this.reader(volume);
    try {
      const list =
        'cd /read; for f in $(find -L . -type f ! -path "*/..*/*" | sort); do echo "$f=$(cat "$f")"; done';
      const lines = (await mustExec(container, ["sh", "-c", list])).split("\n").filter(Boolean);
      return Object.fromEntries(lines.map((line) => line.slice(2).split("=") as [string, string]));
    } finally {
      await container.remove({ force: true });
    }
  }

  /** Runs a shell command in the volume, as root. */
  async inVolume(volume: string, command: string): Promise<string> {
    const target = { image, volume, labels: this.labels };
    return (await execInVolume(this.docker, target, ["sh", "-ec", command])).trim();
  }

  /** The names at the volume's root, without files and their link. */
  async left(volume: string): Promise<string[]> {
    const live = await this.inVolume(volume, "readlink ..data");
    const names = (await this.inVolume(volume, "ls -A")).split(/\s+/);
    return names.filter((name) => name.startsWith("..") && name !== "..data" && name !== live);
  }

  /** What the volume notes of its changes: each note by its name, without a directory's name. */
  async notes(volume: string): Promise<Record<string, unknown>> {
    const lines = await this.inVolume(
      volume,
      'cd ..change 2> /dev/null || exit 0; for n in *; do [ ! -e "$n" ] || echo "$n $(cat "$n")"; done',
    );
    return Object.fromEntries(
      lines
        .split("\n")
        .filter(Boolean)
        .map((line) => [
          line.split(" ")[0]?.replace(/\.\..*/, "") ?? "",
          JSON.parse(line.slice(line.indexOf(" "))) as unknown,
        ]),
    );
  }
}
