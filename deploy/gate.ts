import type Docker from "dockerode";
import { setTimeout as sleep } from "node:timers/promises";
import { connectEngine, orMissing } from "../engine/client.ts";
import { lastLogLines } from "../engine/logs.ts";
import { verdictNow } from "./verdict.ts";
import { input, numberInput, runCommand } from "./input.ts";

const pollMilliseconds = 200;
const shownLogLines = 15;

await runCommand(async () => {
  const subject = input("WEBNET_SUBJECT");
  const timeoutSeconds = numberInput("WEBNET_TIMEOUT_SECONDS");
  const container = connectEngine().getContainer(input("WEBNET_CONTAINER_ID"));
  const deadline = Date.now() + timeoutSeconds * 1000;
  // A retry may meet a container that crashed once for a reason that is gone: only new restarts count.
  const restartsBefore = (await orMissing(container.inspect()))?.RestartCount ?? 0;
  for (;;) {
    const verdict = await verdictNow(container, restartsBefore);
    if (verdict === "healthy") return;
    if (verdict !== "starting") throw new Error(await explain(container, subject, verdict));
    if (Date.now() > deadline) {
      throw new Error(await explain(container, subject, `was not healthy within ${timeoutSeconds} s`));
    }
    await sleep(pollMilliseconds);
  }
});

async function explain(container: Docker.Container, subject: string, problem: string): Promise<string> {
  const inspected = await orMissing(container.inspect());
  const check = inspected?.State.Health?.Log.at(-1)?.Output.trim();
  const log = inspected === undefined ? "" : await lastLogLines(container, shownLogLines);
  return [
    `${subject} ${problem}. The route was not moved; what served before goes on serving.`,
    ...(check ? [`last health check: ${check}`] : []),
    ...(log ? ["last lines of its log:", log.replaceAll(/^/gm, "  ")] : []),
    "Correct its tag or settings in the stack config, or put the former ones back, and run pulumi up again.",
  ].join("\n");
}
