import { Model, servingText } from "./model.ts";
import type { ChaosPlatform, Container } from "./platform.ts";

/** The containers that no step may replace: all except the releases' and nginx's. */
const lasting = (containers: readonly Container[]): string[] =>
  containers
    .filter(({ role }) => !["backend", "gateway", "copy"].includes(role))
    .map(({ id, name }) => `${name} ${id}`);

/** The containers before a step, to compare with those after it. */
export interface Snapshot {
  lasting: string[];
  serving: Container | undefined;
}

/** Records the containers that a step must leave alone. */
export async function snapshot(platform: ChaosPlatform): Promise<Snapshot> {
  return { lasting: lasting(await platform.containers()), serving: await platform.serving() };
}

/** What a step may do to the container that serves. */
export type ServingMay = "stay" | "restart" | "change";

/** Every difference from the model, one sentence each. Empty when there is none. */
export async function violations(
  model: Model,
  platform: ChaosPlatform,
  before: Snapshot,
  servingMay: ServingMay,
): Promise<string[]> {
  const failures = platform.prober.unexcused();
  const [answering, after, containers] = [
    await platform.answering(),
    await snapshot(platform),
    await platform.containers(),
  ];
  const expected = `${model.servingText}, frontend ${model.serving.tag}`;
  return [
    ...failures.map((failure) => `a request was lost: ${failure}`),
    ...(answering === expected ? [] : [`what answers is ${answering}; it should be ${expected}`]),
    ...servingProblems(before.serving, after.serving, servingMay),
    ...(after.lasting.join() === before.lasting.join()
      ? []
      : [
          `containers that no update touches were ${before.lasting.join(", ")}, and are ${after.lasting.join(", ")}`,
        ]),
    ...backendProblems(model, containers),
    ...gatewayProblems(model, containers),
    ...(await leaked(platform)),
  ];
}

function servingProblems(
  before: Container | undefined,
  after: Container | undefined,
  may: ServingMay,
): string[] {
  if (after === undefined) return ["the release that the gateway routes to has no container"];
  if (may === "change") return [];
  if (before?.id !== after.id)
    return [`another container serves: ${after.name}, not ${before?.name ?? "none"}`];
  if (may === "stay" && before.startedAt !== after.startedAt)
    return [`what serves, ${after.name}, was restarted`];
  return [];
}

/** A good update leaves exactly the configured releases. Failed updates may also leave the releases that they made. */
function backendProblems(model: Model, containers: readonly Container[]): string[] {
  const found = containers
    .filter(({ role }) => role === "backend")
    .map(({ color = "", tag = "" }) => `${color} ${tag}`);
  const wanted = Model.containers(model.good).map(servingText);
  const missing = without(wanted, found);
  const rest = without(found, wanted);
  const surplus = without(rest, model.isClean ? [] : model.leftovers.map(servingText));
  const copies = containers.filter(({ role }) => role === "copy").map(({ name }) => name);
  return [
    ...missing.map((release) => `the container of ${release} is gone`),
    ...surplus.map((release) => `a container of ${release} was left over`),
    ...copies.map((name) => `a container that was made for a moment was left over: ${name}`),
  ];
}

/** A good update leaves one gateway. A failed update may also leave the one that it made. */
function gatewayProblems(model: Model, containers: readonly Container[]): string[] {
  const gateways = containers.filter(({ role }) => role === "gateway").map(({ name }) => name);
  const most = model.isClean ? 1 : 2;
  return gateways.length >= 1 && gateways.length <= most
    ? []
    : [`the gateways are ${gateways.join(", ") || "none"}`];
}

/** `all` without each element of `taken`, removed once. */
function without(all: readonly string[], taken: readonly string[]): string[] {
  const left = [...taken];
  return all.filter((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

async function leaked(platform: ChaosPlatform): Promise<string[]> {
  const printed = platform.printed;
  platform.printed = "";
  const state = await platform.stateFile();
  return platform.secrets.flatMap((secret) => [
    ...(printed.includes(secret) ? ["a secret was printed by an update"] : []),
    ...(state.includes(secret) ? ["a secret stands in the state in plain text"] : []),
  ]);
}
