import type Docker from "dockerode";
import { setTimeout as sleep } from "node:timers/promises";
import { gateScript } from "../contract/gates.ts";
import { connectEngine, engineStatus, orMissing } from "../engine/client.ts";
import { passesCheck } from "../engine/health.ts";
import { boundOrWarn } from "./bound-processes.ts";
import { explain } from "./explain.ts";
import { runScript } from "./input.ts";
import { verdictNow } from "../engine/verdict.ts";

const pollMilliseconds = 200;
/** A program that fails at its start has ended by then. */
const settledMilliseconds = 3000;

await runScript(gateScript, async (given) => {
  const { subject, timeoutSeconds, containerId, meanwhile, asks, processes } = given;
  const container = connectEngine().getContainer(containerId);
  if (processes !== undefined) await boundOrWarn(container, processes);
  const deadline = Date.now() + timeoutSeconds * 1000;
  // Only new restarts count: on a retry, the container may have crashed earlier for a reason that is gone.
  const restartsBefore = (await orMissing(container.inspect()))?.RestartCount ?? 0;
  for (;;) {
    const verdict = await verdictNow(container, restartsBefore);
    if (verdict === "healthy") return;
    if (verdict === "starting" && asks === "container" && (await isUp(container))) return;
    if (verdict !== "starting") throw new Error(await explain(container, subject, verdict, meanwhile));
    if (Date.now() > deadline) {
      const problem = `was not healthy within ${timeoutSeconds} s`;
      throw new Error(await explain(container, subject, problem, meanwhile));
    }
    await sleep(pollMilliseconds);
  }
});

/** True if a container has been up for a moment and passes its health check, which the engine has not run yet. */
async function isUp(container: Docker.Container): Promise<boolean> {
  try {
    const inspected = await container.inspect();
    const { Running, StartedAt } = inspected.State;
    if (!Running || Date.now() - new Date(StartedAt).getTime() < settledMilliseconds) return false;
    return await passesCheck(container, inspected);
  } catch (error) {
    // The engine refuses the check if the container has just ended. The next verdict tells why.
    if (engineStatus(error) === undefined) throw error;
    return false;
  }
}
