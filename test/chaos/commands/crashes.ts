import { setTimeout as sleep } from "node:timers/promises";
import fc, { type Arbitrary } from "fast-check";
import { GatewayContainer } from "../../../gateway/gateway.ts";
import { execIn } from "../../../engine/exec.ts";
import { recoverAsOperator } from "../heal.ts";
import type { ServingMay } from "../invariants.ts";
import type { Model } from "../model.ts";
import type { ChaosPlatform, Container } from "../platform.ts";
import type { StepKind } from "../step.ts";

/** Longer than nginx keeps old workers. */
const supersededSeconds = 60;

/** A crash. The platform must come back by itself, unchanged. */
function crash(
  kind: string,
  detail: string,
  take: (model: Model, platform: ChaosPlatform) => Promise<ServingMay>,
): StepKind {
  return { kind, describe: () => `${kind}${detail}`, fits: () => true, take };
}

/**
 * Runs `work`, excuses failures meanwhile, and waits for every container that has to come back. Releases of failed
 * updates don't have to. If an engine tries to start nginx before its edge, it never tries again. The edge then stands
 * in for nginx until `recover` starts it, which must lose no request.
 */
async function outage(
  fault: string,
  model: Model,
  platform: ChaosPlatform,
  work: () => Promise<void>,
): Promise<void> {
  const lasts = await returning(model, platform);
  await platform.prober.during(fault, async () => {
    await work();
    await platform.healthy((container) => lasts(container) && !isStoppedGateway(container));
  });
  if (!(await platform.containers()).some(isStoppedGateway)) return;
  await recoverAsOperator(platform);
  await platform.healthy(lasts);
}

function isStoppedGateway({ role, state }: Container): boolean {
  return role === "gateway" && state === "exited";
}

async function returning(model: Model, platform: ChaosPlatform): Promise<(container: Container) => boolean> {
  const serving = await platform.serving();
  return ({ role, id }) => role !== "copy" && (role !== "backend" || model.isClean || id === serving?.id);
}

const engineKilled = fc
  .record({ awaySeconds: fc.nat(6), liveRestore: fc.boolean() })
  .map(({ awaySeconds, liveRestore }) =>
    crash(
      "engine killed",
      `, away for ${awaySeconds} s, then started with live-restore ${liveRestore ? "on" : "off"}`,
      async (model, platform) => {
        await outage("engine killed", model, platform, async () => {
          await platform.engine.kill();
          await sleep(awaySeconds * 1000);
          await platform.engine.start(liveRestore);
        });
        model.liveRestore = liveRestore;
        return liveRestore ? "stay" : "restart";
      },
    ),
  );

const rebooted = fc.constant(
  crash("host rebooted", "", async (model, platform) => {
    await outage("host rebooted", model, platform, async () => {
      await platform.engine.reboot();
    });
    return "restart";
  }),
);

const containerdKilled = fc.constant(
  crash("containerd killed", "", async (_, platform) => {
    await platform.engine.killContainerd();
    await executing(platform);
    return "stay";
  }),
);

const gatewayKilled = fc.constant(
  crash("gateway killed", "", async (model, platform) => {
    const gateway = await the(platform, ({ role }) => role === "gateway");
    await outage("gateway killed", model, platform, async () => {
      await platform.crash(gateway);
      await restarted(platform, gateway);
    });
    return "stay";
  }),
);

const edgeKilled = fc.constant(
  crash("edge killed", "", async (model, platform) => {
    const edge = await the(platform, ({ role }) => role === "edge");
    const gateway = await the(platform, ({ role }) => role === "gateway");
    await outage("edge killed", model, platform, async () => {
      await platform.crash(edge);
      await restarted(platform, edge);
      // nginx exits by itself when the network of its edge is gone.
      await restarted(platform, gateway);
    });
    return "stay";
  }),
);

const activeKilled = fc.constant(
  crash("active backend killed", "", async (model, platform) => {
    const serving = await platform.serving();
    if (serving === undefined) throw new Error("the release that the gateway routes to has no container");
    await outage("active backend killed", model, platform, async () => {
      await platform.crash(serving);
      await restarted(platform, serving);
    });
    return "restart";
  }),
);

const standbyKilled = fc.constant<StepKind>({
  ...crash("standby killed", "", async (model, platform) => {
    const serving = await platform.serving();
    const lasts = await returning(model, platform);
    await superseded(platform);
    const standby = await the(platform, ({ role, color }) => role === "backend" && color !== serving?.color);
    await platform.crash(standby);
    await restarted(platform, standby);
    await platform.healthy(lasts);
    return "stay";
  }),
  fits: ({ isClean, config }) => isClean && config.standby === "warm",
});

/** One of two ends. Requests that only read must not notice. */
const oneOfTwoKilled = fc.constant<StepKind>({
  ...crash("one of two backends killed", "", async (_, platform) => {
    const serving = await platform.serving();
    const second = await the(platform, ({ name }) => name === `${serving?.name ?? ""}-2`);
    await platform.prober.during(
      "one of two backends killed",
      async () => {
        await platform.crash(second);
        await restarted(platform, second);
        await platform.healthy(({ id }) => id === second.id);
      },
      "rows",
    );
    return "stay";
  }),
  fits: ({ isClean, config }) => isClean && config.replicas === 2,
});

/** Waits until the gateway's old workers are gone: they still route to a release that has just become the standby. */
async function superseded(platform: ChaosPlatform): Promise<void> {
  const { id } = await the(platform, ({ role }) => role === "gateway");
  await new GatewayContainer(platform.engine.docker.getContainer(id)).supersededWorkers(supersededSeconds);
}

async function the(platform: ChaosPlatform, which: (container: Container) => boolean): Promise<Container> {
  const found = (await platform.containers()).find(which);
  if (found === undefined) throw new Error("the container that was to be killed isn't there");
  return found;
}

/** Waits for the engine to start another containerd. Before that it can't exec in a container, and no update works. */
async function executing(platform: ChaosPlatform): Promise<void> {
  const { id } = await the(platform, ({ role }) => role === "gateway");
  const deadline = Date.now() + 60_000;
  const works = async () => (await execIn(platform.engine.docker.getContainer(id), ["true"])).exitCode === 0;
  while (!(await works().catch(() => false))) {
    if (Date.now() > deadline)
      throw new Error("the engine still can't run anything in the gateway's container");
    await sleep(200);
  }
}

/** Waits for a new start. The engine notices a death late, and may still call the dead container healthy. */
async function restarted(platform: ChaosPlatform, before: Container): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const now = (await platform.containers()).find(({ id }) => id === before.id);
    if (now !== undefined && now.startedAt !== before.startedAt) return;
    if (Date.now() > deadline) throw new Error(`${before.name} was killed and did not come back`);
    await sleep(200);
  }
}

/** Steps that kill a part of the platform. */
export const crashes: Arbitrary<StepKind>[] = [
  engineKilled,
  rebooted,
  containerdKilled,
  gatewayKilled,
  edgeKilled,
  activeKilled,
  standbyKilled,
  oneOfTwoKilled,
  oneOfTwoKilled,
];
