import { setTimeout as sleep } from "node:timers/promises";
import { connectEngine, orMissing } from "../engine/client.ts";
import { explain } from "./explain.ts";
import { input, numberInput, runCommand } from "./input.ts";
import { verdictNow } from "./verdict.ts";

const pollMilliseconds = 200;

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
