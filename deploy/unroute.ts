import { routeScript } from "../contract/gateway.ts";
import { connectEngine } from "../engine/client.ts";
import { runningGateway } from "../gateway/live.ts";
import { runScript } from "./input.ts";

/**
 * Run when the route goes away, as by `pulumi destroy`. The gateway goes on serving until it goes away itself; this only
 * notes that the release it serves may be deleted.
 */
await runScript(routeScript, async ({ stack }) => {
  const running = await runningGateway(connectEngine(), stack);
  await running?.gateway.noteUnrouted();
});
