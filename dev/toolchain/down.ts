import { parseArgs } from "node:util";
import { confirmRemoval } from "../../ops/confirm.ts";
import { isDeployed } from "./engine.ts";
import { connectEngine } from "../../engine/client.ts";
import { answers } from "./engine-probe.ts";
import { chosenEngine, localStack } from "./environment.ts";
import { removeLeftovers } from "./leftovers.ts";
import { isPrivateEngineRunning, startPrivateEngine, stopPrivateEngine } from "./private-engine.ts";
import { privateHost } from "./private-paths.ts";
import { ensureLocalStack, runPulumi } from "./pulumi.ts";
import { setUp } from "./setup.ts";
import { messageOf } from "../../host/message.ts";
import { stackLabel, stackOf } from "../../workload/labels.ts";

const probeSeconds = 3;

/** What to remove besides the running platform. */
export interface DownOptions {
  /** Also removes the data volumes. */
  data: boolean;
}

/**
 * Takes down the platform of the embedded default, and stops the private engine unless another stack runs on it. Keeps
 * the data volumes unless `data` is set.
 *
 * @throws when Pulumi can't destroy the platform; everything else then stays as it is.
 */
export async function down(options: DownOptions): Promise<void> {
  if (isDeployed()) {
    await setUp({ images: false });
    await ensureLocalStack();
    const code = await runPulumi(["destroy", "--yes", "--skip-preview", "--stack", localStack]);
    if (code !== 0) {
      throw new Error(
        `pulumi destroy ended with exit code ${code}: see above; "npm run ops -- recover --stack local" heals what an interrupted update left`,
      );
    }
  }
  await removeRest(options);
  if (!isPrivateEngineRunning()) return;
  const others = await otherStacks();
  if (others.length > 0) {
    console.log(
      `• private engine … left running, since other stacks run on it: ${others.join(", ")}. To take one down: ` +
        "npm run pulumi -- destroy --stack NAME; then npm run down stops the engine",
    );
    return;
  }
  await stopPrivateEngine();
  console.log("• private engine … stopped");
}

async function otherStacks(): Promise<string[]> {
  const containers = await connectEngine(privateHost).listContainers({
    filters: { label: [stackLabel] },
  });
  const stacks = containers.flatMap((container) => stackOf(container) ?? []);
  return [...new Set(stacks)].filter((stack) => stack !== localStack).sort();
}

/**
 * Removes what the platform has left on its engine, by the label of the stack. Says so where the engine doesn't answer.
 *
 * @throws when the engine refuses to remove something.
 */
export async function removeRest({ data }: DownOptions): Promise<void> {
  const host = chosenEngine();
  if (host === undefined) return;
  if (host === privateHost) {
    if (!isPrivateEngineRunning() && !data) return;
    await startPrivateEngine(() => undefined);
  }
  if (!(await answers(host, probeSeconds))) {
    console.log(`• the engine at ${host} doesn't answer: what may be left on it stays`);
    return;
  }
  const removed = await removeLeftovers(connectEngine(host), {
    ofStack: (stack) => stack === localStack,
    volumes: data,
  });
  const kept = data ? "" : "; data volumes are kept (npm run down -- --data removes them)";
  console.log(
    `• leftovers … ${removed.containers} containers, ${removed.networks} networks, ${removed.volumes} volumes removed${kept}`,
  );
}

if (import.meta.main) {
  try {
    const { values } = parseArgs({ options: { data: { type: "boolean" }, yes: { type: "boolean" } } });
    const data = values.data === true;
    const goOn =
      !data ||
      (await confirmRemoval("This removes the data volumes of the local platform", values.yes === true));
    if (goOn) await down({ data });
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = 1;
  }
  process.exit();
}
