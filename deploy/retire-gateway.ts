import { gatewayGateScript } from "../contract/gateway.ts";
import { connectEngine, orMissing } from "../engine/client.ts";
import { isUp } from "../engine/containers.ts";
import { whileItRuns } from "../gateway/ended.ts";
import type { GatewayContainer } from "../gateway/gateway.ts";
import { runningGateways, type RunningGateway } from "../gateway/live.ts";
import { runScript } from "./input.ts";
import { recoverLine } from "../settings/commands.ts";

const proofSeconds = 10;

/**
 * Runs before the deletion of a gateway's container. If no other gateway takes connections, another one in the same
 * network takes its place first. This happens if an update that had begun with another gateway failed or was killed,
 * and the config was then reverted. If no other gateway runs, the script refuses the deletion.
 */
await runScript(gatewayGateScript, async ({ gateway: id, stack }) => {
  const docker = connectEngine();
  const running = await runningGateways(docker, stack);
  const own = running.find((gateway) => gateway.id === id);
  // In a network that its edge has left, the gateway serves nobody and ends itself. The next one is in another network.
  if (own === undefined || (await isOutOfUse(own.gateway))) return;
  const others = await answering(running.filter((other) => other !== own && other.network === own.network));
  const [next] = others;
  if (others.some(({ listening }) => listening === "public")) return;
  if (next === undefined) {
    if (!isUp(await orMissing(own.gateway.container.inspect()))) return;
    throw new Error(
      `the gateway ${id} is kept: no other one runs, though the state says otherwise, as after an update that was ` +
        `killed. This has the next pulumi up make the configured one first, and then delete this one:\n` +
        `  ${recoverLine({ stack })}`,
    );
  }
  await next.gateway.listen("public", proofSeconds);
  await whileItRuns(own.gateway, () => own.gateway.listen("quiet", proofSeconds));
});

async function isOutOfUse(gateway: GatewayContainer): Promise<boolean> {
  const isIt = async () => (await gateway.wasUnrouted()) || (await gateway.isInDeadNetwork());
  return (await whileItRuns(gateway, isIt)) ?? true;
}

async function answering(gateways: readonly RunningGateway[]) {
  const answers = await Promise.all(
    gateways.map(async (other) => ({
      ...other,
      listening: await whileItRuns(other.gateway, () => other.gateway.listening()),
    })),
  );
  return answers.filter(({ listening }) => listening !== undefined);
}
