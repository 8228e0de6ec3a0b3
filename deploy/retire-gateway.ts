import { connectEngine } from "../engine/client.ts";
import { publicGateways, runningGateways } from "./gateway/live.ts";
import { input, runCommand } from "./input.ts";

/**
 * Stands before the deletion of a gateway's container, and refuses it while no other one takes connections. An update
 * that was killed while it deleted the former gateway, followed by a revert of the config, would otherwise end with none.
 */
await runCommand(async () => {
  const docker = connectEngine();
  const [id, stack] = [input("WEBNET_GATEWAY"), input("WEBNET_STACK")];
  const running = (await runningGateways(docker, stack)).find((gateway) => gateway.id === id);
  if (running === undefined || (await running.gateway.wasUnrouted())) return;
  const others = (await publicGateways(docker, stack)).filter((gateway) => gateway.id !== id);
  if (others.length > 0) return;
  throw new Error(
    `the gateway ${id} is kept: no other one takes connections, though the state says otherwise, as after an update ` +
      `that was killed. This has the next pulumi up make the configured one first, and then delete this one:\n` +
      `  npm run ops -- recover --stack ${stack}`,
  );
});
