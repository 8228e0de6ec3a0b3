import { noPart, partNames, type PartName } from "../../settings/parts.ts";
import { confirm } from "../confirm.ts";
import type { OpsCommand, OptionValues } from "../command.ts";
import type { Target } from "../target.ts";
import { UsageError } from "../usage.ts";
import { abort, finish } from "./after-kill.ts";
import { deploy, type DeployTools } from "./deploy.ts";
import { rollbackRequest } from "./former.ts";
import { Interruption } from "./interruption.ts";
import { inShapeOf, tagsOf, type DeployRequest } from "./request.ts";
import { uncommittedInWords } from "./uncommitted.ts";

const yes = ["--yes", "doesn't ask before it begins"] as const;

const goesWithAfterKill = new Set(["abort", "finish", "break-lock", "yes", "stack", "cwd"]);
const notYet = "Not yet: the platform is being brought to what the config says.";

/** The option for one part's tag, without its dashes. */
const ownTag = (name: PartName): `${PartName}-tag` => `${name}-tag`;

/** `npm run ops -- deploy`. */
export const deployCommand: OpsCommand = {
  summary: "deploys tags to the standby and switches to it; takes config and platform back if that fails",
  options: [
    ["--tag <TAG>", "tag of both images, or of the one that what serves has"],
    ...partNames.map((name): [string, string] => [
      `--${ownTag(name)} <TAG>`,
      `tag of the ${name}'s image, where the two differ; ${noPart} for no ${name}`,
    ]),
    [
      "--color <COLOR>",
      "the colour that gets them, blue or green. Default: the one that stands by",
      ["blue", "green"],
    ],
    ["--prepare", "leaves the traffic where it is"],
    ["--switch", "no tags: moves the traffic to the other colour as it is"],
    ["--bake <SECONDS>", "how long to watch it, 0 for not at all. Default: the setting bake.seconds"],
    [
      "--require-traffic",
      "takes it back where the bake could judge nothing, for want of requests or of a Prometheus",
    ],
    ["--abort", "takes back a deploy that was killed"],
    ["--finish", "finishes a deploy that was killed, by what the stack config says now"],
    ["--break-lock", "with --abort or --finish: also one on another host, which you know to be dead"],
    yes,
  ],
  examples: [
    ["--tag sha-1a2b3c4 --stack prod", "to the standby, and the traffic to it"],
    ["--tag sha-1a2b3c4 --prepare --stack prod", "to the standby only"],
    ["--switch --stack prod", "the traffic to it"],
    ["--tag sha-1a2b3c4 --stack prod --yes", "from a CI, where nobody answers"],
    ["--abort --stack prod", "takes back a deploy that was killed"],
  ],
  onlyLooks: () => false,
  mustFit(values) {
    if (afterKillOf(values) !== undefined) return;
    requestOf(values);
    bakeSecondsOf(values);
  },
  async run(target, values, say) {
    const work = afterKillOf(values);
    if (work !== undefined) {
      // A signal must not end the process: if Pulumi stops in a step, it leaves what this command is to heal.
      const held = new Interruption(() => {
        say(notYet);
      });
      try {
        await work(target, say, { breakLock: values["break-lock"] === true });
      } finally {
        held[Symbol.dispose]();
      }
      await remind(target, say);
    } else {
      const request = inShapeOf(target.settings(), requestOf(values), namedAlone(values));
      await run(target, request, values, { bakeSeconds: bakeSecondsOf(values), say });
    }
  },
};

/**
 * Returns the work that `--abort` or `--finish` asks for. Undefined if the options ask for a new deploy.
 *
 * @throws UsageError if the options don't go together
 */
export function afterKillOf(values: OptionValues): typeof abort | undefined {
  const asked = Object.keys(values).filter(
    (option) => values[option] !== undefined && values[option] !== false,
  );
  const [first, second] = (["abort", "finish"] as const).filter((option) => asked.includes(option));
  if (second !== undefined)
    throw new UsageError("--abort takes it back, --finish finishes it: which of the two?");
  if (first === undefined) {
    if (asked.includes("break-lock"))
      throw new UsageError("--break-lock goes with --abort or --finish only.");
    return undefined;
  }
  const strange = asked.find((option) => !goesWithAfterKill.has(option));
  if (strange !== undefined)
    throw new UsageError(
      `--${first} goes by what the killed deploy and the config say: it goes without --${strange}.`,
    );
  return first === "abort" ? abort : finish;
}

/** Returns the parts whose tag has an option of its own. */
function namedAlone(values: OptionValues): PartName[] {
  return partNames.filter((name) => values[ownTag(name)] !== undefined);
}

/** `npm run ops -- rollback`. */
export const rollbackCommand: OpsCommand = {
  summary: "goes back to the release that served before the one that serves",
  options: [yes],
  examples: [
    ["--stack prod", "to what served before; twice is back again"],
    ["--stack prod --yes", "without a question"],
  ],
  onlyLooks: () => false,
  async run(target, values, say) {
    // No bake: the former release has served well, and the one it replaces gives no figures to compare with.
    await run(target, await rollbackRequest(target, say), values, { bakeSeconds: 0, say });
  },
};

/**
 * Returns the deploy that the options ask for.
 *
 * @throws UsageError if the options don't go together
 */
export function requestOf(values: OptionValues): DeployRequest {
  const { tag, color } = values;
  const own = namedAlone(values);
  if (values["switch"] === true) {
    if (tag !== undefined || own.length > 0 || color !== undefined || values["prepare"] === true)
      throw new UsageError(
        "--switch moves the traffic to the other colour as it is: it goes with no tag, --color or --prepare.",
      );
    return { kind: "switch" };
  }
  const options = partNames.map((name) => `--${ownTag(name)}`);
  if (tag !== undefined && own.length === partNames.length)
    throw new UsageError(
      `--tag is for both images, and ${options.join(" and ")} name each of them: leave --tag out, or one of the two.`,
    );
  const named = partNames.flatMap((name) => {
    const value = values[ownTag(name)] ?? tag;
    return typeof value === "string" ? [{ name, tag: value }] : [];
  });
  if (named.length < partNames.length)
    throw new UsageError(
      `which release? Name --tag TAG for both images, or ${options.join(" TAG and ")} TAG; --switch needs none.`,
    );
  if (color !== undefined && color !== "blue" && color !== "green")
    throw new UsageError(`--color is ${JSON.stringify(color)}; allowed: blue or green`);
  return {
    kind: "release",
    tags: tagsOf(named),
    ...(color !== undefined && { color }),
    prepareOnly: values["prepare"] === true,
  };
}

/**
 * Returns the value of `--bake` in seconds. Undefined if the option is missing.
 *
 * @throws UsageError if it is no whole number from 0 to 99999
 */
function bakeSecondsOf({ bake }: OptionValues): number | undefined {
  if (bake === undefined) return undefined;
  if (typeof bake === "string" && /^\d{1,5}$/.test(bake)) return Number(bake);
  throw new UsageError(`--bake is ${JSON.stringify(bake)}; allowed: a whole number of seconds, 0 to 99999`);
}

async function run(
  target: Target,
  request: DeployRequest,
  values: OptionValues,
  { bakeSeconds, say }: { bakeSeconds: number | undefined; say: DeployTools["say"] },
): Promise<void> {
  using interruption = new Interruption((first) => {
    say(first ? "\nInterrupted: ending what runs, in good order." : notYet);
  });
  await deploy(target, request, {
    interruption,
    ...(bakeSeconds !== undefined && { bakeSeconds }),
    requireTraffic: values["require-traffic"] === true,
    say,
    confirm: (question) => confirm(question, values["yes"] === true, interruption.signal),
  });
  await remind(target, say);
}

/** Reminds the operator to commit the stack's file. */
async function remind({ configFile }: Target, say: DeployTools["say"]): Promise<void> {
  const line = await uncommittedInWords(configFile);
  if (line !== undefined) say(line);
}
