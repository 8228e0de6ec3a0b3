import { mustExec } from "../../engine/exec.ts";
import { ownConfig } from "../../gateway/layout.ts";
import { TestPlatform } from "../platform/platform.ts";
import { localEnvironment } from "../toolchain/environment.ts";
import { BaselineProgram } from "./baseline-program.ts";
import { ComposeProject } from "./compose.ts";
import { lossDuring, recreate } from "./loss.ts";
import { measure, summarise, type Times } from "./measure.ts";
import { pulumi, say, update } from "./pulumi.ts";
import { report } from "./report.ts";

const runs = 5;

/** Measures how long previews, updates, switches and tag changes take, next to baselines from the same run. */
export async function deployBench(): Promise<void> {
  const empty = new BaselineProgram("empty");
  const providers = new BaselineProgram("providers");
  const platform = await TestPlatform.create("bench");
  const compose = new ComposeProject(localEnvironment()["DOCKER_HOST"] ?? "");
  try {
    say("bringing a platform up");
    await platform.up();
    await empty.create();
    await providers.create();
    await compose.create(platform);
    await report({
      emptyPreview: await timed("preview of an empty program", () => empty.preview()),
      providersPreview: await timed("preview of one resource of each provider", () => providers.preview()),
      preview: await timed("no-op preview", () => pulumi(platform, ["preview"])),
      noOpUp: await timed("no-op up", () => update(platform)),
      ...(await switches(platform)),
      tagChange: await tagChanges(platform),
      reload: await timed("nginx -s reload", async () => {
        await mustExec(await platform.gateway(), ["nginx", "-s", "reload", "-c", ownConfig]);
      }),
      composeNoOp: await composeNoOp(compose),
      ...(await losses(platform)),
    });
  } finally {
    await compose.remove().catch(() => undefined);
    await empty.remove();
    await providers.remove();
    await platform.remove();
  }
}

async function switches(platform: TestPlatform): Promise<{ switching: Times; rollback: Times }> {
  const there: number[] = [];
  const back: number[] = [];
  say("switches and rollbacks");
  for (let run = 0; run < runs; run += 1) {
    there.push((await switchTo(platform, "green")).median);
    back.push((await switchTo(platform, "blue")).median);
  }
  return { switching: summarise(there), rollback: summarise(back) };
}

async function switchTo(platform: TestPlatform, color: string): Promise<Times> {
  await platform.set({ activeColor: color });
  return await measure(1, () => update(platform));
}

async function tagChanges(platform: TestPlatform): Promise<Times> {
  say("tag changes of the active colour");
  const seconds: number[] = [];
  for (const tag of ["v2", "v1", "v3"]) {
    await platform.set({ "colors.blue.backendTag": tag, "colors.blue.frontendTag": tag });
    seconds.push((await measure(1, () => update(platform))).median);
  }
  return summarise(seconds);
}

async function composeNoOp(compose: ComposeProject): Promise<Times> {
  await compose.up();
  return await timed("no-op docker compose up", () => compose.up());
}

async function losses(platform: TestPlatform) {
  say("requests lost by a switch, and by recreating the gateway");
  await platform.set({ activeColor: "green" });
  const ourSwitch = await lossDuring(platform.url, () => update(platform));
  const gateway = await platform.gateway();
  const oldWay = await lossDuring(platform.url, () => recreate(platform.docker, gateway));
  return { ourSwitch, oldWay };
}

async function timed(name: string, work: () => Promise<void>): Promise<Times> {
  say(name);
  return await measure(runs, work);
}
