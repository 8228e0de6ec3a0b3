import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type Docker from "dockerode";
import { configDirectory, frontendMount, generationsDirectory } from "../../../gateway/layout.ts";
import { rejectedDirectory } from "../../../gateway/rejected.ts";
import { noteFolder } from "../../../release/note.ts";
import { FakeContainer } from "./fake-container.ts";

/** The contents of a gateway's volumes. */
export interface GatewayFiles {
  /** The generation that nginx says it serves. A test may change it. */
  serving: string;
  /** The text of each generation's record, the newest first; undefined: no record. */
  records: Record<string, string | undefined>;
  /** The text of each release's note. */
  notes: Record<string, string>;
  /** Releases that deploys took back, and why. Default: none. */
  rejected?: Record<string, string>;
  /** Containers of releases, each with its environment. Default: none. */
  backends?: Record<string, string[]>;
}

/** Runs `use` with an engine and a gateway, whose commands really run on files in a folder of this host. */
export async function withGatewayFiles<T>(
  files: GatewayFiles,
  use: (docker: Docker) => Promise<T>,
): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), "webnet-gateway-"));
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  Object.entries(files.records).forEach(([name, text], position) => {
    const folder = `${generationsDirectory}/${name}`;
    mkdirSync(join(root, folder), { recursive: true });
    if (text !== undefined) write(`${folder}/record.json`, text);
    const time = 2_000_000_000 - position;
    utimesSync(join(root, folder), time, time);
  });
  for (const [release, text] of Object.entries(files.notes))
    write(`${frontendMount}/${noteFolder}/${release}.json`, text);
  for (const [release, reason] of Object.entries(files.rejected ?? {}))
    write(`${rejectedDirectory}/${release}`, `${reason}\n`);
  const { container } = new FakeContainer(({ argv }) => {
    if (argv[0] === "curl") return { stdout: `${files.serving}\n` };
    const [program = "", ...rest] = argv.map((word) =>
      word
        .replaceAll(configDirectory, join(root, configDirectory))
        .replaceAll(frontendMount, join(root, frontendMount)),
    );
    const [option = "", script = "", ...parameters] = rest;
    const curl = `curl() { echo ${files.serving}; }`;
    const args = program === "sh" ? [option, `${curl}\n${script}`, ...parameters] : rest;
    const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
    return { exitCode: status ?? 1, stdout, stderr };
  });
  const { backends = {} } = files;
  const gateway = Object.assign(container, {
    inspect: () =>
      Promise.resolve({
        State: { Running: true },
        Image: "sha256:1",
        Config: { Labels: {} },
        HostConfig: {},
      }),
  });
  const docker = {
    getContainer: (name: string) =>
      name in backends ? { inspect: () => Promise.resolve({ Config: { Env: backends[name] } }) } : gateway,
    listContainers: ({ filters }: { filters: { label: string[] } }) =>
      Promise.resolve(
        filters.label.includes("webnet.role=gateway")
          ? [{ Id: "gateway" }]
          : Object.keys(backends)
              .filter((release) => filters.label.includes(`webnet.release=${release}`))
              .map((Id) => ({ Id })),
      ),
  } as unknown as Docker;
  try {
    return await use(docker);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
