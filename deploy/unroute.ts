import { connectEngine } from "../engine/client.ts";
import { runningGateway } from "../gateway/live.ts";
import { input, runCommand } from "./input.ts";

/**
 * Run when the route goes away, as by `pulumi destroy`. The gateway goes on serving until it goes away itself; this only
 * notes that the release it serves may be deleted.
 */
await runCommand(async () => {
  const running = await runningGateway(connectEngine(), input("WEBNET_STACK"));
  await running?.gateway.noteUnrouted();
});
