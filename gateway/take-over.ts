import type { Route } from "../contract/gateway.ts";
import { whileItRuns } from "./ended.ts";
import type { GatewayContainer } from "./gateway.ts";
import type { RunningGateway } from "./live.ts";
import { recordByName } from "./record.ts";
import { smokeCheck } from "./smoke.ts";
import { messageOf } from "../host/message.ts";

const proofSeconds = 10;

/** What the check asks a gateway, and the token that makes an answer name its release. */
export interface HowToAsk extends Pick<Route, "serverName" | "smoke"> {
  guardToken: string;
}

/**
 * Lets the wanted gateway take connections, once it has shown that it serves as well as the others, and then stops the
 * others from taking new ones. After this only the wanted one's route moves: the others finish what they have.
 *
 * @throws Error if it serves worse than a gateway that serves now; that one then goes on.
 */
export async function takeOver(
  wanted: GatewayContainer,
  others: readonly RunningGateway[],
  how: HowToAsk,
): Promise<void> {
  if (!(await wanted.isPublic())) {
    await mustServeAsWell(wanted, await whichServe(others), how);
    await wanted.listen("public", proofSeconds);
  }
  // All of them, and only now: one that was silent or just starting when it was asked may take connections since, and the
  // releases that it routes to may go.
  for (const { gateway } of others) await whileItRuns(gateway, () => quieten(gateway));
}

async function quieten(gateway: GatewayContainer): Promise<void> {
  if (await gateway.isInDeadNetwork()) return;
  if (await gateway.mayBePublic()) await gateway.listen("quiet", proofSeconds);
}

/** Those that take connections. One whose edge has left its network gets none any more, and is about to end itself. */
async function whichServe(gateways: readonly RunningGateway[]): Promise<RunningGateway[]> {
  const serves = async ({ gateway }: RunningGateway): Promise<boolean> =>
    (await gateway.isPublic()) && !(await gateway.isInDeadNetwork());
  const answers = await Promise.all(
    gateways.map((running) => whileItRuns(running.gateway, () => serves(running))),
  );
  return gateways.filter((_, at) => answers[at] === true);
}

async function mustServeAsWell(
  wanted: GatewayContainer,
  serving: readonly RunningGateway[],
  { serverName: host, smoke, guardToken: token }: HowToAsk,
): Promise<void> {
  const { active: release } = await wanted.servingRecord().catch(recordByName);
  // Before the first route there is nothing to check.
  if (release === undefined) return;
  const check = { host, smoke, route: "public", release, token } as const;
  try {
    await smokeCheck(wanted.exec, check);
  } catch (error) {
    for (const { id, gateway } of serving) {
      const isGood = await smokeCheck(gateway.exec, check).then(
        () => true,
        // The release itself is broken. That may be so just before another one takes its place.
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
