import fc, { type Arbitrary } from "fast-check";
import { goodTags, initialConfig, type Config, type Model } from "../model.ts";
import { badMoods } from "../registry.ts";
import type { StepKind } from "../step.ts";
import { demandFailure, demandSuccess, predictedUp, switched, withTag, type Place } from "../updates.ts";

type Change = (config: Config) => Config;

/** A change of the config, and the update to it: the model says how that ends. */
function change(kind: string, fits: (model: Model) => boolean, to: Change): StepKind {
  return {
    kind,
    describe: (model) => `${kind} (to ${told(to(model.config))})`,
    fits: (model) => model.mayChange && fits(model),
    take: (model, platform) => predictedUp(model, platform, to(model.config)),
  };
}

/** A config in a few words. */
export function told({ active, tags, standby, smokeFails, exitsAtStart, gatewayMegabytes }: Config): string {
  return [
    `${active} active`,
    `blue ${tags.blue}`,
    `green ${tags.green}`,
    `standby ${standby}`,
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

/** Another nginx takes the place of the one that serves. */
const otherGateway = fc.constant(change("another gateway", () => true, withOtherGateway));

/** A config with another limit of the gateway. */
export function withOtherGateway(config: Config): Config {
  const usual = initialConfig.gatewayMegabytes;
  return { ...config, gatewayMegabytes: config.gatewayMegabytes === usual ? usual + 16 : usual };
}

/** A setting that the update must refuse, or fail by without any harm. It is taken back at once. */
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

/** Another good tag than the active colour has. */
export function nextTag({ active, tags }: Config): (typeof goodTags)[number] {
  return goodTags[(goodTags.findIndex((tag) => tag === tags[active]) + 1) % goodTags.length] ?? "v1";
}

/** Back to the last config that was good: nothing may be left over. */
const revert: StepKind = {
  kind: "revert",
  describe: ({ good }) => `revert (to ${told(good)})`,
  fits: ({ isClean }) => !isClean,
  take: (model, platform) => predictedUp(model, platform, model.good),
};

/** The same config once more: it changes nothing, or fails as before. */
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

/** A release that dies after it was found healthy: as standby it hurts nobody. Its config is taken back at once. */
const crashing: StepKind = {
  kind: "bad image: crashing as standby",
  describe: () => "bad image: crashing as standby, and back",
  fits: ({ isClean, config }) => isClean && config.standby === "warm",
  take: async (model, platform) => {
    // Whether the gate sees it before or after its end is the sample's timing.
    await platform.up(withTag(model.config, "standby", "crashing"));
    return await predictedUp(model, platform, model.good);
  },
};

/** A frontend that the gateway's volume has no room for. Its config is taken back at once. */
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

/** A switch while the registry fails whoever asks it: both releases are there. */
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
