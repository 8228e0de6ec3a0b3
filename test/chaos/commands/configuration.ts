import fc, { type Arbitrary } from "fast-check";
import { goodTags, initialConfig, type Config, type Model } from "../model.ts";
import { badMoods } from "../registry.ts";
import type { StepKind } from "../step.ts";
import { demandFailure, demandSuccess, predictedUp, switched, withTag, type Place } from "../updates.ts";

type Change = (config: Config) => Config;

/** Changes the config and runs the update. The model predicts the result. */
function change(kind: string, fits: (model: Model) => boolean, to: Change): StepKind {
  return {
    kind,
    describe: (model) => `${kind} (to ${told(to(model.config))})`,
    fits: (model) => model.mayChange && fits(model),
    take: (model, platform) => predictedUp(model, platform, to(model.config)),
  };
}

/** A config in a few words. */
export function told(config: Config): string {
  const { active, tags, standby, smokeFails, exitsAtStart, gatewayMegabytes, replicas } = config;
  return [
    `${active} active`,
    `blue ${tags.blue}`,
    `green ${tags.green}`,
    `standby ${standby}`,
    ...(replicas > 1 ? ["two containers each"] : []),
    ...(smokeFails ? ["a smoke check that fails"] : []),
    ...(exitsAtStart ? ["backends that exit"] : []),
    ...(gatewayMegabytes === initialConfig.gatewayMegabytes ? [] : ["another gateway"]),
  ].join(", ");
}

const switchColor = fc.constant(change("switch", () => true, switched));

const tagChange = (place: Place): Arbitrary<StepKind> =>
  fc.constantFrom(...goodTags).map((tag) =>
    change(
      `tag of the ${place} colour`,
      ({ config }) => told(withTag(config, place, tag)) !== told(config),
      (config) => withTag(config, place, tag),
    ),
  );

const standbyMode = fc.constant(
  change(
    "standby warm or off",
    () => true,
    (config) => ({ ...config, standby: config.standby === "warm" ? "off" : "warm" }),
  ),
);

const otherNumber = fc.constant(
  change(
    "one or two containers of a release",
    () => true,
    (config) => ({ ...config, replicas: config.replicas === 1 ? 2 : 1 }),
  ),
);

/** Makes the update replace the serving nginx. */
const otherGateway = fc.constant(change("another gateway", () => true, withOtherGateway));

/** The config with another memory limit of the gateway. */
export function withOtherGateway(config: Config): Config {
  const usual = initialConfig.gatewayMegabytes;
  return { ...config, gatewayMegabytes: config.gatewayMegabytes === usual ? usual + 16 : usual };
}

/** A setting that the update must refuse, or that makes it fail without harm. The step reverts it at once. */
function refused(kind: string, key: string, values: object, message: RegExp): StepKind {
  return {
    kind,
    describe: () => `${kind}, and back`,
    fits: ({ isClean }) => isClean,
    take: async (model, platform) => {
      demandFailure(await platform.upWith(model.config, { [key]: values }), message);
      return await predictedUp(model, platform, model.good);
    },
  };
}

const noNginx = refused(
  "gateway that can't start",
  "images",
  { nginx: "webnet.local/prometheus:2.53" },
  /webnet:images\.nginx can't be the gateway/,
);

const wrongAddress = refused(
  "address that the host lacks",
  "gateway",
  { bindAddress: "192.0.2.77" },
  /webnet:gateway\.bindAddress/,
);

const badImage = fc
  .tuple(fc.constantFrom<Place>("active", "standby"), fc.constantFrom("unhealthy", "failing", "v99" as const))
  .map(([place, tag]) =>
    change(
      `bad image: ${tag} as ${place}`,
      ({ config }) => place === "active" || config.standby === "warm",
      (config) => withTag(config, place, tag),
    ),
  );

const exitAtStart = fc.constant(
  change(
    "backends that exit at their start",
    ({ config }) => !config.exitsAtStart,
    (config) => ({ ...config, exitsAtStart: true }),
  ),
);

const failingSmoke = fc.constantFrom<Place | "switch">("active", "switch").map((what) =>
  change(
    "smoke check that fails",
    ({ isClean, config }) => isClean && !config.smokeFails,
    (config) => ({
      ...(what === "switch" ? switched(config) : withTag(config, "active", nextTag(config))),
      smokeFails: true,
    }),
  ),
);

/** A good tag that the active colour doesn't have. */
export function nextTag({ active, tags }: Config): (typeof goodTags)[number] {
  return goodTags[(goodTags.findIndex((tag) => tag === tags[active]) + 1) % goodTags.length] ?? "v1";
}

/** Goes back to the last good config. Nothing may be left over. */
const revert: StepKind = {
  kind: "revert",
  describe: ({ good }) => `revert (to ${told(good)})`,
  fits: ({ isClean }) => !isClean,
  take: (model, platform) => predictedUp(model, platform, model.good),
};

/** Runs the same config again. It changes nothing, or fails like before. */
const again: StepKind = {
  kind: "up again",
  describe: ({ isClean }) => `up again (${isClean ? "no change" : "fails again"})`,
  fits: ({ isClean, brokenSteps }) => isClean || brokenSteps < 3,
  take: async (model, platform) => {
    if (!model.isClean) return await predictedUp(model, platform, model.config);
    const update = await platform.up(model.config);
    demandSuccess(update);
    if (update.changed === true) throw new Error(`nothing should have changed:\n${update.output}`);
    return "stay";
  },
};

/** A standby that dies after its health check passed. Traffic must not suffer. The step reverts the config at once. */
const crashing: StepKind = {
  kind: "bad image: crashing as standby",
  describe: () => "bad image: crashing as standby, and back",
  fits: ({ isClean, config }) => isClean && config.standby === "warm",
  take: async (model, platform) => {
    // The update may succeed or fail: that depends on whether the gate sees the sample before it dies.
    await platform.up(withTag(model.config, "standby", "crashing"));
    return await predictedUp(model, platform, model.good);
  },
};

/** A frontend that doesn't fit into the gateway's volume. The step reverts the config at once. */
const hugeFrontend = fc.constantFrom<Place>("active", "standby").map((place): StepKind => {
  const kind = `frontend without room, of the ${place} colour`;
  return {
    kind,
    describe: () => `${kind}, and back`,
    fits: ({ isClean, config }) => isClean && (place === "active" || config.standby === "warm"),
    take: async (model, platform) => {
      const update = await platform.up(withTag(model.config, place, "huge"));
      demandFailure(update, /no space left on device/i);
      return await predictedUp(model, platform, model.good);
    },
  };
});

/** A switch while the registry fails. It must succeed, because both releases run already. */
const registryFails = fc.constantFrom(...badMoods).map(([what, mood]): StepKind => {
  const kind = "switch with a registry that fails";
  return {
    kind,
    describe: ({ config }) => `${kind}, ${what} (to ${told(switched(config))})`,
    fits: ({ isClean, config }) => isClean && config.standby === "warm",
    take: async (model, platform) => {
      await platform.registry.set(mood);
      try {
        return await predictedUp(model, platform, switched(model.config));
      } finally {
        await platform.registry.set("well");
      }
    },
  };
});

/** Steps that change the config. */
export const configuration: Arbitrary<StepKind>[] = [
  switchColor,
  switchColor,
  tagChange("active"),
  tagChange("active"),
  tagChange("standby"),
  standbyMode,
  otherNumber,
  otherNumber,
  otherGateway,
  otherGateway,
  fc.constant(noNginx),
  fc.constant(wrongAddress),
  badImage,
  badImage,
  exitAtStart,
  failingSmoke,
  fc.constant(revert),
  fc.constant(revert),
  fc.constant(revert),
  fc.constant(again),
  fc.constant(crashing),
  hugeFrontend,
  registryFails,
];
