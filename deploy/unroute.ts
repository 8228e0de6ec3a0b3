import { routeScript } from "../contract/gateway.ts";
import { connectEngine } from "../engine/client.ts";
import { runningGateway } from "../gateway/live.ts";
import { notePending } from "../gateway/route-note.ts";
import { runScript } from "./input.ts";

/**
 * Runs when the route is deleted, as by `pulumi destroy`. The gateway serves until it is deleted itself. This only
 * records that the release it serves may be deleted.
 */
await runScript(routeScript, async ({ stack }) => {
  const running = await runningGateway(connectEngine(), stack);
  if (running === undefined) return;
  // Before the other note: a destroy that is killed after it leaves a state that has the route.
  await notePending(running.gateway.exec);
  await running.gateway.noteUnrouted();
});
