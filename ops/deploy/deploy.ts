import { mustBeIdle } from "../recover/idle.ts";
import { readStackFile } from "../stack-config.ts";
import { readStatus } from "../status/status.ts";
import type { Target } from "../target.ts";
import { mustBeThere } from "./already.ts";
import { bake, baselineOf, type Baseline, type BakeResult, type Watch } from "../bake/bake.ts";
import { ConfigFile } from "./config-file.ts";
import type { Interruption } from "./interruption.ts";
import { beginAlone, Journal, mustBeAlone } from "./journal.ts";
import { commandOf, rememberChange } from "./last-change.ts";
import { describePlan, madeInstead, previewOf, type UpdatePlan } from "./preview.ts";
import {
  alreadyThere,
  changesFor,
  commandFor,
  describeChanges,
  type DeployRequest,
  type GivenOptions,
} from "./request.ts";
import { wantedConfig } from "./wanted-config.ts";
import { takeBack, update, type Failure, type Teller } from "./update.ts";
import { messageOf } from "../../host/message.ts";
import { opsLine, pulumiLine } from "../../settings/commands.ts";

/** What a deploy needs besides its request. */
export interface DeployTools extends GivenOptions {
  interruption: Interruption;
  say: (line: string) => void;
  /** Asks the operator whether to go on. */
  confirm: (question: string) => Promise<boolean>;
}

/**
 * Does what an operator would do: edits the stack config, shows the preview, and updates. If the update fails, it takes
 * config and platform back. Before the operator confirms the plan, it touches nothing, not even the config.
 *
 * @throws Error with what happened, which release serves, and what the config says now
 */
export async function deploy(target: Target, request: DeployRequest, tools: DeployTools): Promise<void> {
  const { interruption, say, requireTraffic = false } = tools;
  const teller = { say, again: commandFor(request, target, tools) };
  const settings = target.settings();
  const bakeSeconds = tools.bakeSeconds ?? settings.bake.seconds;
  if (requireTraffic && (bakeSeconds === 0 || (request.kind === "release" && request.prepareOnly)))
    throw new Error(
      "--require-traffic wants a bake, and there would be none: give --bake SECONDS, without --prepare. Nothing was touched.",
    );
  const config = new ConfigFile(target.configFile);
  mustBeAlone(target, config.former);
  const { signal } = interruption;
  await untouched(signal, () => mustBeIdle(target.interruptedBy(signal)));
  const already = alreadyThere(settings, request);
  if (already !== undefined) {
    say("Looking whether the platform is as the stack config says.");
    await mustBeApplied(target, config, signal);
    await mustBeThere(target, settings, already);
    if (requireTraffic)
      throw new Error(
        `${already.words}, and whether any traffic was judged then isn't known. Nothing was touched. Look at it, and leave --require-traffic out.`,
      );
    say(`${already.words}. Nothing was touched.`);
    return;
  }
  const changes = changesFor(settings, request);
  const wanted = wantedConfig(target, config.former, changes);
  readStackFile(wanted, target.stack, target);
  say(["What the stack config changes:", ...describeChanges(settings, changes)].join("\n"));

  say("Planning: once the stack config as it is, which must change nothing, and once as it is to be.");
  await mustBeApplied(target, config, signal);
  const plan = await untouched(signal, () => planOf(target, wanted, signal, teller.again));
  const formerRelease = request.kind === "rollback" ? request.former.release : undefined;
  say(["The plan:", ...describePlan(plan), ...madeInstead(plan, formerRelease)].join("\n"));
  const questions = [
    `${request.kind === "rollback" ? "Roll back" : "Deploy to"} ${target.stack}?`,
    ...plan.gaps.map((gap) => `${gap} All the same?`),
  ];
  for (const question of questions) {
    if (await untouched(signal, () => tools.confirm(question))) continue;
    say("Nothing was touched.");
    return;
  }
  // The operator may have answered hours later.
  if (config.isEdited()) throw new Error(editedInWords(target));

  const baseline = bakeSeconds > 0 ? await baselineOf(target) : undefined;
  if (requireTraffic && baseline === undefined)
    throw new Error(
      "--require-traffic: nothing serves, and so there is nothing to compare with. Nothing was touched.",
    );
  beginAlone(target, config.former);
  const journal = new Journal(target);
  journal.open({ former: config.former, wanted });
  try {
    // The note keeps other deploys out, and nobody else.
    if (!config.write(wanted)) throw new Error(editedInWords(target));
    try {
      const failure = await update(target, signal);
      if (failure !== undefined) await takeBack(target, config, failure, teller);
      await watch(target, config, { baseline, seconds: bakeSeconds, teller }, tools);
      say("Done.");
    } finally {
      rememberChange(target, { command: commandOf(request), former: config.former, written: wanted }, say);
    }
  } finally {
    journal.close();
  }
}

/**
 * Watches the release that serves after the update, if it is another one than before.
 *
 * @throws Error if the deploy was taken back, or as {@link bakeFailure} does
 */
async function watch(
  target: Target,
  config: ConfigFile,
  { baseline, seconds, teller }: { baseline: Baseline | undefined; seconds: number; teller: Teller },
  tools: DeployTools,
): Promise<void> {
  const { route } = await readStatus(target);
  teller.say(`${route ?? "No release"} serves, and the stack config says so.`);
  if (baseline === undefined || route === baseline.release) return;
  if (route === undefined)
    return await takeBack(target, config, { reason: "the gateway serves nothing", ran: true }, teller);
  const failed = await bakeFailure(target, config, { release: route, baseline, seconds }, tools);
  if (failed !== undefined) await takeBack(target, config, { ...failed, served: route }, teller);
}

/**
 * Runs the bake and reports its result. Undefined if the deploy stands.
 *
 * @throws Error if somebody else moved the route meanwhile: the new release doesn't serve, but isn't broken either.
 *   Also if the bake was interrupted and `requireTraffic` is set
 */
async function bakeFailure(
  target: Target,
  config: ConfigFile,
  watch: Watch,
  { say, interruption, requireTraffic = false }: DeployTools,
): Promise<Failure | undefined> {
  const back = `To go back: ${opsLine("rollback", target)}`;
  let result: BakeResult;
  try {
    result = await bake(target, watch, { say, signal: interruption.signal });
  } catch (error) {
    const reason = messageOf(error);
    if (requireTraffic) return { reason: `it could not be watched: ${reason}`, ran: true };
    say(`The deploy stands, but it could not be watched: ${reason}. ${back}`);
    return undefined;
  }
  switch (result.outcome) {
    case "broken":
      return { reason: result.reason, ran: true };
    case "superseded":
      throw new Error(supersededInWords(target, config, watch.release, result.by));
    case "interrupted": {
      const said = `The bake was interrupted: nobody watches any more. The deploy stands. ${back}`;
      if (requireTraffic) throw new Error(said);
      say(said);
      return undefined;
    }
    case "well":
      say(wellInWords(result));
      if (!requireTraffic || result.judged) return undefined;
      return { reason: `nothing was judged: ${result.unknown.join("; ")}`, ran: true };
  }
}

function wellInWords({ judged, unknown }: Extract<BakeResult, { outcome: "well" }>): string {
  const what = unknown.join("; ");
  if (!judged)
    return `The bake ended, and nothing was judged: ${what}. Nobody knows yet whether it serves well.`;
  return ["The bake ended well.", ...unknown.map((each) => `Not judged: ${each}.`)].join(" ");
}

function supersededInWords(
  target: Target,
  config: ConfigFile,
  release: string,
  by: string | undefined,
): string {
  const left = config.isEdited()
    ? "The stack config has been edited since, and is left so."
    : `The stack config still says what this deploy wrote. If it isn't what serves, bring it up to date first: a ${pulumiLine("up", target)} would go back to it.`;
  return [
    `${release} was deployed, and is served no more: somebody else ` +
      `${by === undefined ? "took the route away, or the gateway is down" : `moved the route to ${by}`}. ` +
      "Nobody watches any more, and nothing was taken back.",
    left,
  ].join("\n");
}

/** The message for an edit since the plan was made: the deploy would undo it, or apply it unseen. */
function editedInWords({ stack }: Target): string {
  return `somebody has edited the config of ${stack} since it was read: nothing was touched. Run it again.`;
}

/** The deploy would also apply every pending difference from the config, and the way back would not undo it. */
async function mustBeApplied(target: Target, config: ConfigFile, signal: AbortSignal): Promise<void> {
  const pending = await untouched(signal, () => previewOf(target, config.former, signal));
  if (pending.steps.length === 0) return;
  throw new Error(
    [
      `the platform is not what the config of ${target.stack} says, and a deploy would change this along with it:`,
      ...describePlan(pending),
      `Nothing was touched. Apply it first (${pulumiLine("up", target)}), or put the config back.`,
    ].join("\n"),
  );
}

/** @throws Error that says how to go on: a fix may name the stack config, which the deploy itself changes */
async function planOf(
  target: Target,
  wanted: string,
  signal: AbortSignal,
  again: string,
): Promise<UpdatePlan> {
  try {
    return await previewOf(target, wanted, signal);
  } catch (error) {
    if (!messageOf(error).includes("pulumi config set")) throw error;
    throw new Error(
      `${messageOf(error)}\n\nThe stack config is as it was. To deploy another tag, name that one in place of any pulumi config set above:\n  ${withAnyTag(again)}`,
      { cause: error },
    );
  }
}

/** The command with places for other tags. */
function withAnyTag(command: string): string {
  return command.replaceAll(/(--(?:\w+-)?tag) \S+/g, "$1 <tag>");
}

/** Runs a step that touches nothing: an interruption may end it at any time. */
async function untouched<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    const result = await work();
    if (!signal.aborted) return result;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  throw new Error("interrupted: nothing was touched, and the stack config is as it was.");
}
