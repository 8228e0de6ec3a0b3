import { mended } from "./recorded.ts";
import type { Target } from "../target.ts";
import { adopt } from "./adopt.ts";
import { removeCutOff } from "./cut-off.ts";
import { engineFacts, type EngineFacts } from "./engine-facts.ts";
import { removeFound, startFound, takeNoteBack } from "./heal.ts";
import { clearLeftovers, mustHaveNoStranger } from "./leftovers.ts";
import { narrator, type Narrator } from "./narrator.ts";
import { otherEngine, purposeVariable } from "../../engine/identity.ts";
import { networkComponent } from "../../workload/names.ts";
import { isSound, planOf, type RecoveryPlan } from "./plan.ts";
import { readableState } from "./restore.ts";
import { nameOf, readState, refreshState, resourcesOf, writeState, type State } from "../../pulumi/state.ts";
import { freeLocks } from "./unlock.ts";
import { pulumiLine, recoverLine } from "../../settings/commands.ts";

/** Options of {@link recover}. */
export interface RecoverOptions {
  /** Takes each line about what recover finds and does. Default: standard output. */
  report?: (line: string) => void;
  /** True to only say what it would do. Default: false. */
  dryRun?: boolean;
  /** True to also break a lock whose owner can't be checked from here, such as one of another host. Default: false. */
  breakLock?: boolean;
}

/** The result of {@link recover}. */
export interface Recovered {
  /** True if there was something to heal. */
  found: boolean;
  /** What the operator must do next, in one line. */
  next: string;
}

/**
 * Repairs a platform after an interrupted update, or with a state that doesn't fit it, so that `pulumi up` works again.
 * It never touches what serves. Running it again is safe, and does nothing if nothing is wrong.
 *
 * @throws Error while an update of the stack runs, or if the operator has to decide.
 */
export async function recover(target: Target, options: RecoverOptions = {}): Promise<Recovered> {
  const { report = console.log, dryRun = false, breakLock = false } = options;
  const tell = narrator(report, dryRun);
  // Throws if the stack's file is missing or wrong: before anything is touched.
  target.settings();
  mustHaveNoStranger(target);
  const freed = await freeLocks(target, breakLock, tell);
  const cleared = await clearLeftovers(target, tell);
  const cutOff = await removeCutOff(target, tell);
  // The rest depends on the state, which is unreadable until the sidecars are gone.
  if (cutOff && dryRun) return { found: true, next: thisAndThenUp(target) };
  const { restored, state: before } = await readableState(target, tell);
  await mustBeOnItsEngine(target, before);
  let state = before;
  const facts = await engineFacts(target);
  let plan = planOf(state, facts);
  const found = freed || cleared || cutOff || restored || !isSound(plan);
  if (plan.adopt.length > 0) {
    await takeIn(target, state, facts, plan, tell);
    // The rest depends on which of them the program wants.
    if (dryRun) return { found, next: nextStep(target, found, plan, dryRun) };
    state = await mustRead(target);
    plan = planOf(state, await engineFacts(target));
  }
  if (!isSound(plan)) await heal(target, state, plan, tell);
  return { found, next: nextStep(target, found, plan, dryRun) };
}

/** On another engine, recover would take everything in the state for gone. */
async function mustBeOnItsEngine(target: Target, state: State): Promise<void> {
  const noted = resourcesOf(state).find(({ type }) => type === networkComponent)?.outputs?.["engineId"];
  const docker = target.docker();
  const other = await otherEngine(docker, typeof noted === "string" ? noted : undefined, target.environment);
  if (other === undefined) return;
  throw new Error(
    `the engine at ${target.engineAddress} is ${other}, and the platform of the state is on ${String(noted)}: set ` +
      "DOCKER_HOST or webnet:engine.host to that one. If it is the same one under a new id, as after an installation over " +
      `its old data: ${purposeVariable}=${other} ${recoverLine(target)}`,
  );
}

/** Takes unknown running containers into the state, with all that they need: above all the data's passwords. */
async function takeIn(
  target: Target,
  state: State,
  { containers }: EngineFacts,
  plan: RecoveryPlan,
  { report, act }: Narrator,
): Promise<void> {
  report("The state doesn't know, and it runs:");
  for (const { name } of plan.adopt) report(`  ${name}`);
  await act("take into the state what of all this the program wants, as it is", async () => {
    // First record the interrupted steps: the state that adopt() writes has no pending operations any more. A gateway
    // that the config doesn't name serves on until the route's step lets the config's own gateway take over.
    const routeAgain = plan.adopt.some(({ role }) => role === "gateway");
    const noted = mended(state, { routeAgain });
    if (noted !== state) await writeState(target, noted);
    const adopted = await adopt(target, noted, containers);
    report(`  taken in: ${adopted.length === 0 ? "none, the config names none of it" : adopted.join(", ")}`);
  });
}

async function mustRead(target: Target): Promise<State> {
  const finding = await readState(target);
  if (finding.kind !== "known") throw new Error("the state can't be read after it was written");
  return finding.state;
}

async function heal(
  target: Target,
  state: State,
  plan: RecoveryPlan,
  { report, act }: Narrator,
): Promise<void> {
  if (plan.pending.length > 0) {
    report("The state doesn't say what became of:");
    for (const { type, urn } of plan.pending) report(`  ${type} ${nameOf(urn)}`);
  }
  if (plan.route !== undefined) {
    const { recorded, found } = plan.route;
    report(`The gateway routes to ${found}, the state says ${recorded}.`);
  }
  if (plan.pending.length > 0 || plan.route !== undefined) {
    const what = plan.route === undefined ? "take those out of the state" : "write that into the state";
    await act(`${what}: the next update does them again`, () =>
      writeState(target, mended(state, { route: plan.route?.found })),
    );
  }
  if (plan.remove.length > 0) {
    const stranded = plan.remove.filter((container) => container.stranded);
    const unknown = plan.remove.filter((container) => !container.stranded);
    const list = (containers: RecoveryPlan["remove"]): void => {
      for (const { name, running } of containers) report(`  ${name} (${running ? "runs" : "doesn't run"})`);
    };
    if (unknown.length > 0) report("Neither the route nor the state knows:");
    list(unknown);
    if (stranded.length > 0) report("Its network is gone with the edge that held it, and nobody reaches:");
    list(stranded);
    await act("remove them", () => removeFound(target, plan.remove));
  }
  if (plan.removeNetworks.length > 0) {
    report("The state doesn't know, and nothing uses:");
    for (const { name } of plan.removeNetworks) report(`  the network ${name}`);
    await act("remove it", async () => {
      for (const { id } of plan.removeNetworks) await target.docker().getNetwork(id).remove();
    });
  }
  if (plan.gone.length > 0) {
    report("The state has containers that are gone:");
    for (const urn of plan.gone) report(`  ${nameOf(urn)}`);
    await act("take them out of the state", () => refreshState(target, { urns: plan.gone }));
  }
  if (plan.start.length > 0) {
    report("The state has containers that don't run:");
    for (const { name } of plan.start) report(`  ${name}`);
    await act("start them", async () => {
      for (const refusal of await startFound(target, plan.start)) report(`  ${refusal}`);
    });
  }
  if (plan.staleNote) {
    report("The gateway has a note that its route was given up, and the state has the route.");
    await act("take the note back", () => takeNoteBack(target));
  }
}

function nextStep(target: Target, found: boolean, plan: RecoveryPlan, dryRun: boolean): string {
  if (plan.undecided.length > 0) {
    const names = plan.undecided.map(({ name }) => name).join(", ");
    return `The gateway doesn't say what it routes to, so ${names} stays. Start the gateway, then run this again.`;
  }
  if (!found) return "Nothing to heal.";
  const stopped = plan.adopt.find(({ running }) => !running);
  if (stopped !== undefined) {
    return `The gateway routes to ${stopped.name}, which doesn't run: docker start ${stopped.name}, then run this again.`;
  }
  if (!dryRun && plan.adopt.length > 0) {
    const names = plan.adopt.map(({ name }) => name).join(", ");
    return `Left to do: ${pulumiLine("up", target)}, then this again, which removes ${names}: the config doesn't name it`;
  }
  return dryRun ? thisAndThenUp(target) : `Left to do: ${pulumiLine("up", target)}`;
}

function thisAndThenUp(target: Target): string {
  return `Left to do: ${recoverLine(target)}, then ${pulumiLine("up", target)}`;
}
