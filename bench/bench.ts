import { join } from "node:path";
import { mustExec } from "../engine/exec.ts";
import { liveConfig } from "../deploy/gateway/layout.ts";
import { TestPlatform } from "../test/integration/support/platform.ts";
import { childEnvironment, localEnvironment, localPaths } from "../toolchain/environment.ts";
import { setUp } from "../toolchain/setup.ts";
import { ComposeProject } from "./compose.ts";
import { EmptyProgram } from "./empty-program.ts";
import { lossDuring, recreate } from "./loss.ts";
import { measure, runQuietly, summarise, type Times } from "./measure.ts";
import { report } from "./report.ts";

const runs = 5;

await setUp();
const empty = new EmptyProgram();
const platform = await TestPlatform.create("bench");
const compose = new ComposeProject(localEnvironment()["DOCKER_HOST"] ?? "");
try {
  say("bringing a platform up");
  await platform.up();
  await empty.create();
  await compose.create(platform);
  await report({
    emptyPreview: await timed("preview of an empty program", () => empty.preview()),
    preview: await timed("no-op preview", () => pulumi("preview")),
    noOpUp: await timed("no-op up", () => pulumi("up", "--yes", "--skip-preview")),
    ...(await switches()),
    tagChange: await tagChanges(),
    reload: await timed("nginx -s reload", async () => {
      await mustExec(gateway(), ["nginx", "-s", "reload", "-c", liveConfig]);
    }),
    composeNoOp: await composeNoOp(),
    ...(await losses()),
  });
} finally {
  await compose.remove().catch(() => undefined);
  await empty.remove();
  await platform.remove();
}

async function switches(): Promise<{ switching: Times; rollback: Times }> {
  const there: number[] = [];
  const back: number[] = [];
  say("switches and rollbacks");
  for (let run = 0; run < runs; run += 1) {
    there.push((await switchTo("green")).median);
    back.push((await switchTo("blue")).median);
  }
  return { switching: summarise(there), rollback: summarise(back) };
}

async function switchTo(color: string): Promise<Times> {
  await platform.set({ activeColor: color });
  return await measure(1, () => pulumi("up", "--yes", "--skip-preview"));
}

async function tagChanges(): Promise<Times> {
  say("tag changes of the active colour");
  const seconds: number[] = [];
  for (const tag of ["v2", "v1", "v3"]) {
    await platform.set({ "colors.blue.backendTag": tag, "colors.blue.frontendTag": tag });
    seconds.push((await measure(1, () => pulumi("up", "--yes", "--skip-preview"))).median);
  }
  return summarise(seconds);
}

async function composeNoOp(): Promise<Times> {
  await compose.up();
  return await timed("no-op docker compose up", () => compose.up());
}

async function losses() {
  say("requests lost by a switch, and by recreating the gateway");
  await platform.set({ activeColor: "green" });
  const ourSwitch = await lossDuring(platform.url, () => pulumi("up", "--yes", "--skip-preview"));
  const oldWay = await lossDuring(platform.url, () =>
    recreate(platform.docker, `webnet-${platform.name}-gateway`),
  );
  return { ourSwitch, oldWay };
}

function gateway() {
  return platform.docker.getContainer(`webnet-${platform.name}-gateway`);
}

async function pulumi(...args: string[]): Promise<void> {
  await runQuietly(join(localPaths.bin, "pulumi"), [...args, "--non-interactive", "--stack", platform.name], {
    cwd: platform.stack.workspace.workDir,
    env: childEnvironment(),
  });
}

async function timed(name: string, work: () => Promise<void>): Promise<Times> {
  say(name);
  return await measure(runs, work);
}

function say(what: string): void {
  process.stdout.write(`• ${what}\n`);
}
