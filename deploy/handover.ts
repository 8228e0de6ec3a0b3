import { connectEngine } from "../engine/client.ts";
import { makeWayForEdge } from "./gateway/before-edge.ts";
import { copyLabels, input, runCommand } from "./input.ts";

/** Ends the gateway of an earlier webnet, which holds the ports itself; there is none on any other platform. */
await runCommand(async () => {
  await makeWayForEdge(connectEngine(), input("WEBNET_BEFORE_EDGE"), {
    image: input("WEBNET_IMAGE"),
    volume: input("WEBNET_VOLUME"),
    labels: copyLabels(),
  });
});
