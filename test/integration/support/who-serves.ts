import { setTimeout as sleep } from "node:timers/promises";
import { execIn } from "../../../engine/exec.ts";
import type { TestPlatform } from "../../../dev/platform/platform.ts";

/** For the release of each backend: the release that the backend is told serves. */
export async function whoServes(platform: TestPlatform): Promise<Record<string, string>> {
  const filters = { label: [`webnet.stack=${platform.name}`, "webnet.role=backend"] };
  const containers = await platform.docker.listContainers({ filters });
  const told = containers.map(async ({ Id, Labels }) => {
    const { stdout } = await execIn(platform.docker.getContainer(Id), [
      "sh",
      "-c",
      'cat "$WEBNET_SERVING_FILE"',
    ]);
    return [Labels["webnet.release"] ?? "", stdout.trim()] as const;
  });
  return Object.fromEntries(await Promise.all(told));
}

/** The releases whose scheduled job runs within the next three seconds. The jobs must be set to run every second. */
export async function jobReleases(platform: TestPlatform): Promise<string[]> {
  // A job that began while its release still served may not have written its row yet.
  await sleep(500);
  const from = await jobs(platform);
  await sleep(3000);
  const done = (await jobs(platform)).filter((id) => !from.includes(id));
  return [...new Set(done.map((id) => id.split(":").at(-1) ?? ""))].sort();
}

async function jobs(platform: TestPlatform): Promise<string[]> {
  const answer = await fetch(`${platform.url}/api/rows?prefix=job:`);
  return ((await answer.json()) as { ids: string[] }).ids;
}
