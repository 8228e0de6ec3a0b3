import { setTimeout as sleep } from "node:timers/promises";
import fc, { type Arbitrary } from "fast-check";
import { servingText, type Config, type Model } from "../model.ts";
import { heal, type Unlocking } from "../heal.ts";
import type { ChaosPlatform } from "../platform.ts";
import type { StepKind } from "../step.ts";
import type { Update } from "../update.ts";
import { demandFailure, predictedUp, switched, withTag } from "../updates.ts";
import { nextTag, told, withOtherGateway } from "./configuration.ts";

const longestMilliseconds = 15_000;
const movedSeconds = 120;
const pollMilliseconds = 50;

/** The change of an update that the step disturbs: a switch, another tag of the active colour, or another gateway. */
type Subject = "switch" | "tag" | "gateway";

const subjects = fc.constantFrom<Subject>("switch", "tag");

function subjectOf(subject: Subject, config: Config): Config {
  if (subject === "gateway") return withOtherGateway(config);
  return subject === "switch" ? switched(config) : withTag(config, "active", nextTag(config));
}

/** True if the update would succeed undisturbed, and would move the route or replace the gateway. */
function wouldMove(model: Model, subject: Subject): boolean {
  const config = subjectOf(subject, model.config);
  const matters = subject === "gateway" || model.movesRoute(config);
  return model.isClean && matters && model.predict(config) === undefined;
}

/** An update that can't succeed for a while. The serving release must stay, and running it again must be enough. */
function brokenFor(
  kind: string,
  subject: Subject,
  message: RegExp,
  broken: (platform: ChaosPlatform, config: Config) => Promise<Update>,
): StepKind {
  return {
    kind,
    describe: ({ config }) => `${kind}, and again without (to ${told(subjectOf(subject, config))})`,
    fits: (model) => wouldMove(model, subject),
    take: async (model, platform) => {
      const config = subjectOf(subject, model.config);
      demandFailure(await broken(platform, config), message);
      const answering = await platform.answering();
      if (!answering.startsWith(`${model.servingText},`)) {
        throw new Error(`the failed update left ${answering} instead of ${model.servingText}`);
      }
      return await predictedUp(model, platform, config);
    },
  };
}

const diskFull = subjects.map((subject) =>
  brokenFor("disk full", subject, /no space left on device/i, (platform, config) =>
    platform.engine.whileFull(() => platform.up(config)),
  ),
);

const damaged = subjects.map((subject) =>
  brokenFor(
    "gateway configuration damaged",
    subject,
    // The damage may come after the test of the configuration. The route then goes back.
    // The damage may come while nginx reads the file.
    /unknown directive "damaged"|pread\(\) returned/,
    (platform, config) => platform.whileDamaging(() => platform.up(config)),
  ),
);

interface Kill {
  subject: Subject;
  /** Kills after this many milliseconds, or as soon as the new release answers. */
  moment: number | "moved";
  /** Finishes the update with the same config, or reverts the config. */
  then: "finish" | "revert";
  unlocking: Unlocking;
}

const kills = fc.record<Kill>({
  subject: fc.constantFrom<Subject>("switch", "tag", "gateway"),
  moment: fc.oneof(fc.nat(longestMilliseconds), fc.constant("moved" as const)),
  then: fc.constantFrom("finish", "revert"),
  unlocking: fc.constantFrom("cancel", "recover"),
});

const killed = kills.map(({ subject, moment, then, unlocking }): StepKind => {
  const when = moment === "moved" ? "when the route has moved" : `after ${moment} ms`;
  return {
    kind: "update killed",
    describe: ({ config }) =>
      `update killed ${when}, then ${unlocking}, ${then} (to ${told(subjectOf(subject, config))})`,
    fits: (model) => wouldMove(model, subject),
    take: async (model, platform) => {
      const config = subjectOf(subject, model.config);
      const next = servingText({ color: config.active, tag: config.tags[config.active] });
      await platform.killedUp(config, () => (moment === "moved" ? moved(platform, next) : sleep(moment)));
      const answering = await platform.answering();
      const whole = [model.serving, { color: config.active, tag: config.tags[config.active] }].map(
        (serving) => `${servingText(serving)}, frontend ${serving.tag}`,
      );
      if (!whole.includes(answering)) {
        throw new Error(`the killed update left ${answering}; it should be ${whole.join(" or ")}`);
      }
      const target = then === "finish" ? config : model.good;
      await heal(platform, target, unlocking);
      model.updated(target);
      return "change";
    },
  };
});

async function moved(platform: ChaosPlatform, next: string): Promise<void> {
  const deadline = Date.now() + movedSeconds * 1000;
  while (!(await platform.answering()).startsWith(`${next},`) && Date.now() < deadline)
    await sleep(pollMilliseconds);
}

/** Steps that disturb a running update. */
export const brokenUpdates: Arbitrary<StepKind>[] = [diskFull, damaged, killed, killed, killed];
