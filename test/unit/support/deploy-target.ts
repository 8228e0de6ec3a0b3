import { notedParts } from "./notes.ts";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import { stringify } from "yaml";
import { deploy } from "../../../ops/deploy/deploy.ts";
import { Interruption } from "../../../ops/deploy/interruption.ts";
import type { DeployRequest, Tags } from "../../../ops/deploy/request.ts";
import { Target } from "../../../ops/target.ts";
import type { UpdateResult } from "../../../pulumi/events.ts";
import type { CliResult } from "../../../pulumi/cli.ts";
import { bootstrapGeneration } from "../../../render/nginx.ts";
import { changed } from "../settings/support.ts";
import { withGatewayFiles, type GatewayFiles } from "./gateway-files.ts";
import { bothColors } from "./program.ts";

/** Releases: the one before the deploy, the deploy's own, and somebody else's. */
export const [before, deployed, others] = ["blue-00000001", "green-00000002", "blue-00000003"] as const;

/** A stack with a fake engine and a fake Pulumi: a deploy of `sha-9` to green. */
export class DeployScene extends Target {
  /** Lines that the deploy said. */
  readonly said: string[] = [];
  /** Pulumi's commands, without previews. */
  readonly commands: string[] = [];
  /** What happens elsewhere at some moments. Default: nothing. */
  whenAsked = (): void => undefined;
  whenWatching = (): void => undefined;
  whenInspected = (): void => undefined;
  /** What Pulumi plans for the config that the deploy wants. Default: nothing. */
  plan: object = {};
  /** Questions to the operator. */
  readonly questions: string[] = [];
  /** The operator's answer to a question. Default: yes. */
  answer: (question: string) => boolean = () => true;
  /** What the deploy brings to which colour. Default: `sha-9` to the standby. */
  request: DeployRequest = { kind: "release", tags: tags("sha-9"), prepareOnly: false };
  /** True if a bake that judges nothing fails. Default: false. */
  requireTraffic = false;
  /** The result of an update, after it moved the route. Default: success. */
  update = (): Partial<UpdateResult> => ({});
  /** Releases whose container is gone. */
  readonly gone = new Set<string>();
  readonly #files: GatewayFiles;
  readonly #docker: Docker;

  constructor(directory: string, files: GatewayFiles, docker: Docker) {
    super("prod", directory, { PULUMI_BACKEND_URL: `file://${directory}/none` });
    this.#files = files;
    this.#docker = docker;
  }

  get config(): string {
    return readFileSync(this.configFile, "utf8");
  }

  /** The text of somebody else's last edit of the stack's file; empty without one. */
  edited = "";

  /** Edits the stack's file as somebody else. */
  edit(text = `${this.config}# somebody else was here\n`): void {
    this.edited = text;
    writeFileSync(this.configFile, text);
  }

  /** Moves the route. */
  route(release: string): void {
    this.#files.serving = generationOf(release);
  }

  /** The gateway serves no release, as before the first one. */
  routeNowhere(): void {
    this.#files.serving = bootstrapGeneration;
  }

  override docker(): Docker {
    const getContainer = (name: string): object => {
      const release = /-backend-(.*)$/.exec(name)?.[1];
      if (release === undefined) return this.#docker.getContainer(name);
      return {
        inspect: () => {
          this.whenInspected();
          return this.gone.has(release)
            ? Promise.reject(Object.assign(new Error("no such container"), { statusCode: 404 }))
            : Promise.resolve(healthy);
        },
      };
    };
    return Object.assign(Object.create(this.#docker) as Docker, { getContainer });
  }

  override pulumi(args: readonly string[]): Promise<CliResult> {
    if (args[0] === "preview") {
      const isWanted = readFileSync(args.at(-1) ?? "", "utf8") !== this.config;
      return Promise.resolve({ exitCode: 0, stdout: JSON.stringify(isWanted ? this.plan : {}), stderr: "" });
    }
    this.commands.push(args.join(" ").replace(/ --event-log \S+/, ""));
    // Only an update works here: other commands fail, and a way back ends early.
    const isUpdate = args[0] === "up";
    if (isUpdate) this.route(deployed);
    const result: Partial<UpdateResult> = isUpdate ? this.update() : { exitCode: 1 };
    const log = args.at(args.indexOf("--event-log") + 1) ?? "";
    const events = (result.errors ?? []).map((message) =>
      JSON.stringify({ diagnosticEvent: { severity: "error", message } }),
    );
    if (isUpdate) writeFileSync(log, `${events.join("\n")}\n`);
    return Promise.resolve({ exitCode: 0, stdout: "", stderr: "", ...result });
  }

  /** Runs the deploy to its end. */
  async deploy(bakeSeconds = 0): Promise<void> {
    using interruption = new Interruption(() => undefined);
    await deploy(this, this.request, {
      interruption,
      bakeSeconds,
      requireTraffic: this.requireTraffic,
      say: (line) => {
        this.said.push(line);
        if (line.startsWith("Watching")) this.whenWatching();
      },
      confirm: (question) => {
        this.questions.push(question);
        this.whenAsked();
        return Promise.resolve(this.answer(question));
      },
    });
  }
}

/** The same tag for both images. */
export function tags(tag: string): Tags {
  return { backend: tag, frontend: tag };
}

const healthy = {
  State: { Status: "running", Running: true, Health: { Status: "healthy", Log: [] } },
  RestartCount: 0,
  NetworkSettings: { Networks: {} },
  Config: {},
};

/**
 * Runs `use` with such a stack.
 *
 * @param known tags of releases that have a note. Default: no release has one
 */
export async function withDeployScene(
  use: (scene: DeployScene) => Promise<void>,
  known: Readonly<Record<string, string>> = {},
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "webnet-deploy-"));
  const files: GatewayFiles = {
    serving: generationOf(before),
    records: {
      ...Object.fromEntries(
        [before, deployed, others].map((active) => [generationOf(active), recordOf(active)]),
      ),
      [bootstrapGeneration]: JSON.stringify({
        generation: bootstrapGeneration,
        digest: "d",
        keptReleases: [],
      }),
    },
    notes: Object.fromEntries(Object.entries(known).map(([release, tag]) => [release, noteOf(release, tag)])),
  };
  const config = Object.entries(changed(bothColors)).map(([key, value]) => [`webnet:${key}`, value] as const);
  writeFileSync(join(directory, "Pulumi.yaml"), "name: webnet\nruntime: nodejs\n");
  writeFileSync(join(directory, "Pulumi.prod.yaml"), stringify({ config: Object.fromEntries(config) }));
  try {
    await withGatewayFiles(files, (docker) => use(new DeployScene(directory, files, docker)));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function generationOf(release: string): string {
  return `${release.slice(-1)}abc-${release}`;
}

function recordOf(active: string): string {
  return JSON.stringify({ generation: generationOf(active), digest: "d", active, keptReleases: [] });
}

function noteOf(release: string, tag: string): string {
  return JSON.stringify({
    release,
    parts: notedParts(tags(tag)),
    published: new Date(0),
  });
}
