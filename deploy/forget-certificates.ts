import { certificateScript } from "../contract/gateway.ts";
import { connectEngine } from "../engine/client.ts";
import { removePairs } from "../gateway/certificate.ts";
import { runningGateway } from "../gateway/live.ts";
import { runScript } from "./input.ts";

/** Removes the keys of a gateway that speaks TLS no more. Without a gateway, they go with their volume. */
await runScript(certificateScript, async ({ stack }) => {
  const running = await runningGateway(connectEngine(), stack);
  if (running !== undefined) await removePairs(running.gateway.exec);
});
