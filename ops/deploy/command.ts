import { confirm } from "../confirm.ts";
import type { OpsCommand, OptionValues } from "../command.ts";
import type { Target } from "../target.ts";
import { abort, finish } from "./after-kill.ts";
import { deploy } from "./deploy.ts";
import { rollbackRequest } from "./former.ts";
import { Interruption } from "./interruption.ts";
import type { DeployRequest } from "./request.ts";

const yes = {
  option: ["--yes", "doesn't ask before it begins"],
  type: { yes: { type: "boolean" } },
} as const;

/** `npm run ops -- deploy`. */
export const deployCommand: OpsCommand = {
  summary: "deploys tags to the standby and switches to it; takes config and platform back if that fails",
  help: [
    ["--tag TAG", "tag of both images"],
    ["--backend-tag TAG", "tag of the backend's image, where the two differ"],
    ["--frontend-tag TAG", "tag of the frontend's image, where the two differ"],
    ["--color blue|green", "the colour that gets them. Default: the one that stands by"],
    ["--prepare", "leaves the traffic where it is"],
    ["--switch", "no tags: moves the traffic to the other colour as it is"],
    ["--bake SECONDS", "how long to watch it, 0 for not at all. Default: the setting bake.seconds"],
    ["--require-traffic", "takes it back where the bake had too few requests to judge by. Default: it stays"],
    ["--abort", "takes back a deploy that was killed"],
    ["--finish", "finishes a deploy that was killed, by what the stack config says now"],
    ["--break-lock", "with --abort or --finish: also one on another host, which you know to be dead"],
    yes.option,
  ],
  options: {
    tag: { type: "string" },
    "backend-tag": { type: "string" },
    "frontend-tag": { type: "string" },
    color: { type: "string" },
    prepare: { type: "boolean" },
    switch: { type: "boolean" },
    bake: { type: "string" },
    "require-traffic": { type: "boolean" },
    abort: { type: "boolean" },
    finish: { type: "boolean" },
    "break-lock": { type: "boolean" },
    ...yes.type,
  },
  onlyLooks: () => false,
  async run(target, values) {
    const breakLock = values["break-lock"] === true;
    const [isAbort, isFinish] = [values["abort"] === true, values["finish"] === true];
    if (isAbort && isFinish)
      throw new Error("--abort takes it back, --finish finishes it: which of the two?");
    if (breakLock && !isAbort && !isFinish)
      throw new Error("--break-lock goes with --abort or --finish only.");
    if (isAbort) await abort(target, console.log, { breakLock });
    else if (isFinish) await finish(target, console.log, { breakLock });
    else await run(target, requestOf(values), values, bakeSecondsOf(values));
  },
};

/** `npm run ops -- rollback`. */
export const rollbackCommand: OpsCommand = {
  summary: "goes back to the release that served before the one that serves",
  help: [yes.option],
  options: yes.type,
  onlyLooks: () => false,
  async run(target, values) {
    // What it goes back to has served well, and what it leaves is no measure for it.
    await run(target, await rollbackRequest(target, console.log), values, 0);
  },
};

/**
 * What the options ask for.
 *
 * @throws Error where they don't fit together
 */
export function requestOf(values: OptionValues): DeployRequest {
  const { tag, color, "backend-tag": backend, "frontend-tag": frontend } = values;
  const tags = [tag, backend, frontend].filter((value) => value !== undefined);
  if (values["switch"] === true) {
    if (tags.length > 0 || color !== undefined || values["prepare"] === true)
      throw new Error(
        "--switch moves the traffic to the other colour as it is: it goes with no tag, --color or --prepare.",
      );
    return { kind: "switch" };
  }
  const backendTag = backend ?? tag;
  const frontendTag = frontend ?? tag;
  if (typeof backendTag !== "string" || typeof frontendTag !== "string")
    throw new Error(
      "which release? Name --tag TAG for both images, or --backend-tag TAG and --frontend-tag TAG; --switch needs none.",
    );
  if (color !== undefined && color !== "blue" && color !== "green")
    throw new Error(`--color is ${JSON.stringify(color)}; allowed: blue or green`);
  return {
    kind: "release",
    tags: { backendTag, frontendTag },
    ...(color !== undefined && { color }),
    prepareOnly: values["prepare"] === true,
  };
}

/**
 * The option `--bake`; undefined where it wasn't given.
 *
 * @throws Error where it is no number of seconds
 */
export function bakeSecondsOf({ bake }: OptionValues): number | undefined {
  if (bake === undefined) return undefined;
  if (typeof bake === "string" && /^\d{1,5}$/.test(bake)) return Number(bake);
  throw new Error(`--bake is ${JSON.stringify(bake)}; allowed: a whole number of seconds, 0 to 99999`);
}

async function run(
  target: Target,
  request: DeployRequest,
  values: OptionValues,
  bakeSeconds: number | undefined,
): Promise<void> {
  using interruption = new Interruption((first) => {
    console.log(
      first
        ? "\nInterrupted: ending what runs, in good order."
        : "Not yet: the platform is being brought to what the config says.",
    );
  });
  await deploy(target, request, {
    interruption,
    ...(bakeSeconds !== undefined && { bakeSeconds }),
    requireTraffic: values["require-traffic"] === true,
    say: console.log,
    confirm: (question) => confirm(question, values["yes"] === true, interruption.signal),
  });
}
