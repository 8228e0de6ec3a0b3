import { handoverScript } from "../contract/gateway.ts";
import { connectEngine } from "../engine/client.ts";
import { makeWayForEdge } from "../gateway/before-edge.ts";
import { unfitForGateway } from "../gateway/fit.ts";
import { runScript } from "./input.ts";
import { copyLabels } from "../workload/labels.ts";

/**
 * Runs before the edge is made. It first tries the image of the coming nginx. Then it ends the gateway of an earlier
 * webnet, which holds the ports itself; other platforms have no such gateway.
 */
await runScript(handoverScript, async (given) => {
  const docker = connectEngine();
  const source = { image: given.image, labels: copyLabels(given) };
  const problem = await unfitForGateway(docker, source);
  if (problem !== undefined) {
    throw new Error(
      `the image in webnet:images.nginx can't be the gateway, and what serves was not touched: ${problem}\n` +
        "Name another one in the stack config, or put the former one back, and run pulumi up again.",
    );
  }
  await makeWayForEdge(docker, given.beforeEdge, { ...source, volume: given.volume });
});
