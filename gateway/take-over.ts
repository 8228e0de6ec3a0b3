import type { Route } from "../contract/gateway.ts";
import { whileItRuns } from "./ended.ts";
import type { GatewayContainer } from "./gateway.ts";
import type { RunningGateway } from "./live.ts";
import { recordByName } from "./record.ts";
import { smokeCheck } from "./smoke.ts";
import { messageOf } from "../host/message.ts";

const proofSeconds = 10;

/** What a gateway is asked, and the token by which an answer names its release. */
export interface HowToAsk extends Pick<Route, "serverName" | "smoke"> {
  guardToken: string;
}

/**
 * Has the wanted gateway take connections, once it has shown that it serves as the others do, and then no other one.
 * After this the route is the wanted one's alone: what the others still have is theirs to finish.
 *
 * @throws Error where it serves worse than one that does so now, which then goes on.
 */
export async function takeOver(
  wanted: GatewayContainer,
  others: readonly RunningGateway[],
  how: HowToAsk,
): Promise<void> {
  const serving = await whichArePublic(others);
  if (!(await wanted.isPublic())) {
    await mustServeAsWell(wanted, serving, how);
    await wanted.listen("public", proofSeconds);
  }
  for (const { gateway } of serving) await whileItRuns(gateway, () => gateway.listen("quiet", proofSeconds));
}

async function whichArePublic(gateways: readonly RunningGateway[]): Promise<RunningGateway[]> {
  const answers = await Promise.all(
    gateways.map(({ gateway }) => whileItRuns(gateway, () => gateway.isPublic())),
  );
  return gateways.filter((_, at) => answers[at] === true);
}

async function mustServeAsWell(
  wanted: GatewayContainer,
  serving: readonly RunningGateway[],
  { serverName: host, smoke, guardToken: token }: HowToAsk,
): Promise<void> {
  const { active: release } = await wanted.servingRecord().catch(recordByName);
  // Before the first route there is nothing to be served.
  if (release === undefined) return;
  const check = { host, smoke, route: "public", release, token } as const;
  try {
    await smokeCheck(wanted.exec, check);
  } catch (error) {
    for (const { id, gateway } of serving) {
      const isGood = await smokeCheck(gateway.exec, check).then(
        () => true,
        // The release itself is broken, as it may be when another one is about to take its place.
        () => false,
      );
      if (!isGood) continue;
      const reason = messageOf(error);
      throw new Error(`the new gateway serves worse than ${id}, which goes on serving. ${reason}`, {
        cause: error,
      });
    }
  }
}
