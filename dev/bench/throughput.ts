import { cpus } from "node:os";
import type Docker from "dockerode";
import { execIn } from "../../engine/exec.ts";
import { gatewayPorts, nginxUid } from "../../gateway/layout.ts";
import { frontendMount } from "../../render/nginx.ts";
import { frontendVolumeName, stackPrefix } from "../../workload/names.ts";
import { TestPlatform } from "../platform/platform.ts";
import { localEnvironment } from "../toolchain/environment.ts";
import { makeDescribed } from "../toolchain/images/make-image.ts";
import { summarise } from "./measure.ts";
import { say } from "./pulumi.ts";
import { writeSection } from "./results-file.ts";
import { backendImage, bareConfig, wrkImage } from "./throughput-parts.ts";

const rounds = 7;
const seconds = 6;
const connections = 32;

/** What is asked for, with its path. */
interface Ask {
  what: string;
  path: string;
}

/** Requests in each second, of one round. */
type Figures = { gateway: number[]; bare: number[] };

/**
 * Compares the gateway with a bare nginx of the same image and limits: files, compression, an access log, kept
 * connections to the same backend, and nothing else.
 */
export async function throughputBench(): Promise<void> {
  const engineHost = process.env["WEBNET_TEST_ENGINE"] ?? localEnvironment()["DOCKER_HOST"] ?? "";
  for (const image of [wrkImage, backendImage]) await makeDescribed(engineHost, image, say);
  const platform = await TestPlatform.create("bench");
  const made: Docker.Container[] = [];
  try {
    const [repository = "", tag = ""] = backendImage.reference.split(":");
    await platform.set({
      "backend.kind": "plain",
      "images.backend": repository,
      "colors.blue.backendTag": tag,
      "colors.green.backendTag": tag,
    });
    say("bringing a platform up");
    await platform.up();
    const release = await platform.output("release");
    const network = `webnet-${platform.name}`;
    const bare = await startBare(platform, network, release);
    made.push(bare);
    const load = await startLoad(platform, network);
    made.push(load);
    const page = await (await fetch(platform.url)).text();
    const script = /src="(?<path>\/[^"]+\.js)"/.exec(page)?.groups?.["path"] ?? "";
    const asks: Ask[] = [
      { what: "the page", path: "/" },
      { what: "a hashed file", path: script },
      { what: "an answer of the backend, 1 KB", path: "/api/answer" },
    ];
    const targets = { gateway: `${stackPrefix(platform.name)}-edge`, bare: bareName(platform) };
    const rows: string[] = [];
    for (const { what, path } of asks) {
      const figures: Figures = { gateway: [], bare: [] };
      for (let round = 0; round < rounds; round += 1) {
        say(`${what}, round ${round + 1} of ${rounds}`);
        for (const [name, host] of Object.entries(targets))
          figures[name as keyof Figures].push(
            await ask(load, `http://${host}:${gatewayPorts.public}${path}`),
          );
      }
      rows.push(row(what, figures));
      say(rows.at(-1) ?? "");
    }
    const text = report(rows);
    process.stdout.write(`\n${text}\n`);
    await writeSection("Results of `npm run bench -- throughput`", text);
  } finally {
    for (const container of made) await container.remove({ force: true });
    await platform.remove();
  }
}

function bareName(platform: TestPlatform): string {
  return `${stackPrefix(platform.name)}-bare`;
}

async function startBare(
  platform: TestPlatform,
  network: string,
  release: string,
): Promise<Docker.Container> {
  const { docker } = platform;
  const { Image, HostConfig } = await (await platform.gateway()).inspect();
  const prefix = stackPrefix(platform.name);
  const container = await docker.createContainer({
    name: bareName(platform),
    Image,
    User: String(nginxUid),
    Entrypoint: [
      "sh",
      "-c",
      'printf "%s" "$CONFIG" > /tmp/nginx.conf && exec nginx -c /tmp/nginx.conf -g "daemon off;"',
    ],
    Cmd: [],
    Env: [`CONFIG=${bareConfig(release, `${prefix}-backend-${release}`)}`],
    HostConfig: {
      NetworkMode: network,
      NanoCpus: HostConfig.NanoCpus ?? 0,
      Memory: HostConfig.Memory ?? 0,
      Tmpfs: { "/tmp": "" },
      Binds: [`${frontendVolumeName(prefix)}:${frontendMount}:ro`],
    },
  });
  await container.start();
  return container;
}

async function startLoad(platform: TestPlatform, network: string): Promise<Docker.Container> {
  const container = await platform.docker.createContainer({
    Image: wrkImage.reference,
    Cmd: ["sleep", "3600"],
    HostConfig: { NetworkMode: network },
  });
  await container.start();
  return container;
}

/**
 * Requests in each second. nginx closes a kept connection after a thousand requests, which wrk calls an error.
 *
 * @throws Error if one was answered by an error
 */
async function ask(load: Docker.Container, url: string): Promise<number> {
  const command = ["wrk", "-t1", `-c${connections}`, `-d${seconds}s`, "-H", "Host: localhost", url];
  const { exitCode, stdout, stderr } = await execIn(load, command);
  const rate = Number(/Requests\/sec:\s+(?<rate>[\d.]+)/.exec(stdout)?.groups?.["rate"]);
  if (exitCode !== 0 || Number.isNaN(rate) || /Non-2xx|connect [1-9]|timeout [1-9]/.test(stdout))
    throw new Error(`wrk ${url}: ${stdout}${stderr}`);
  return rate;
}

function row(what: string, { gateway, bare }: Figures): string {
  const ratios = summarise(gateway.map((rate, at) => rate / (bare[at] ?? Number.NaN)));
  const each = (rates: readonly number[]) => Math.round(summarise(rates).median);
  const words = (ratio: number) => ratio.toFixed(2);
  return `| ${what} | ${each(bare)} | ${each(gateway)} | ${words(ratios.median)} x | ${words(ratios.min)}–${words(ratios.max)} |`;
}

function report(rows: readonly string[]): string {
  return [
    `One run on ${cpus().length} processors, which wrk shares with what it asks. Both take turns, ${rounds} rounds of ${seconds} s with ${connections} connections each. The bare nginx is of the same image, with the same limits, files, compression, a log of each request, and kept connections to the same backend, which is an nginx that answers by itself. Compare the ratios.`,
    "",
    "| asked for | bare nginx, requests a second | the gateway | ratio, median | range |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}
