import { colorOf, otherColor, type Color } from "../../settings/color.ts";
import { NAMESPACE, opsLine } from "../../settings/commands.ts";
import type { Change } from "../../settings/edit.ts";
import type { Settings } from "../../settings/parse.ts";
import { noPart, ofParts, partNames, tagKey, tagsInWords, type PartName } from "../../settings/parts.ts";
import type { Target } from "../target.ts";

const noCanary: Change = { path: `${NAMESPACE}:gateway.canaryPercent`, value: 0 };

/** A release's tags, by part. */
export type Tags = Readonly<Record<PartName, string>>;

/** Returns the tags of a release's parts. A part that it lacks has the word for that. */
export function tagsOf(parts: readonly { name: PartName; tag: string }[]): Tags {
  return ofParts((name) => parts.find((part) => part.name === name)?.tag ?? noPart);
}

/**
 * Gives a request the parts of what serves: a tag for all images is for those that the application has.
 *
 * @param own parts whose tag the operator has named for themselves
 */
export function inShapeOf(
  { activeColor, colors }: Pick<Settings, "activeColor" | "colors">,
  request: DeployRequest,
  own: readonly PartName[],
): DeployRequest {
  if (request.kind !== "release") return request;
  const tags = ofParts((name) => {
    const isMissing = colors[activeColor]?.[tagKey(name)] === noPart;
    return isMissing && !own.includes(name) ? noPart : request.tags[name];
  });
  return { ...request, tags };
}

/** What an operator asks for. */
export type DeployRequest =
  /** Deploys these tags to a colour, then moves the traffic to it unless `prepareOnly`. Default colour: the standby */
  | { kind: "release"; tags: Tags; color?: Color; prepareOnly: boolean }
  /** Moves the traffic to the other colour as it is. */
  | { kind: "switch" }
  /** Goes back to the release that served before the current one. */
  | { kind: "rollback"; former: { release: string; tags: Tags } };

/** The options of a deploy besides its request, as the operator gave them. */
export interface GivenOptions {
  /** Seconds to watch the new release. Default: the setting `bake.seconds`. */
  bakeSeconds?: number;
  /** Takes the deploy back if the bake could judge nothing. Needs a bake. Default: the deploy stays */
  requireTraffic?: boolean;
}

/** Returns the command that makes the same request again, with the same options. */
export function commandFor(
  request: DeployRequest,
  target: Pick<Target, "stack" | "directory">,
  given: GivenOptions = {},
): string {
  const words = [...wordsOf(request), ...(request.kind === "rollback" ? [] : wordsOfOptions(given))];
  return opsLine(words.join(" "), target);
}

function wordsOfOptions({ bakeSeconds, requireTraffic = false }: GivenOptions): string[] {
  return [
    ...(bakeSeconds === undefined ? [] : [`--bake ${bakeSeconds}`]),
    ...(requireTraffic ? ["--require-traffic"] : []),
  ];
}

function wordsOf(request: DeployRequest): string[] {
  if (request.kind === "rollback") return ["rollback"];
  if (request.kind === "switch") return ["deploy", "--switch"];
  const { tags, color, prepareOnly } = request;
  const values = Object.entries(tags);
  const [first] = values;
  const same = values.every(([, tag]) => tag === first?.[1]);
  return [
    "deploy",
    ...(same ? [`--tag ${first?.[1] ?? ""}`] : values.map(([part, tag]) => `--${part}-tag ${tag}`)),
    ...(color === undefined ? [] : [`--color ${color}`]),
    ...(prepareOnly ? ["--prepare"] : []),
  ];
}

/**
 * Returns the values that the request changes in the stack config, without those that are already there.
 *
 * @throws Error if there is nothing to change, or if the request is impossible.
 */
export function changesFor(settings: Settings, request: DeployRequest): Change[] {
  const changes = wantedValues(settings, request).filter((change) => isChange(settings, change));
  if (changes.length === 0) {
    throw new Error("there is nothing to deploy: the stack config says so already. pulumi up applies it.");
  }
  return changes;
}

/** A request that the stack config already meets. */
export interface Already {
  tags: Tags;
  color: Color;
  /** A message for the operator, such as `v2 serves already, as blue`. */
  words: string;
}

/**
 * Returns what the request asks for if the stack config already says all of it. Undefined if there is something to
 * change. A repeated deploy, such as a CI's retry, must not put the serving tags on the other colour as well: that
 * colour holds the release for a rollback.
 */
export function alreadyThere(settings: Settings, request: DeployRequest): Already | undefined {
  if (request.kind !== "release") return undefined;
  const active = settings.activeColor;
  const color = request.color ?? (request.prepareOnly ? otherColor(active) : active);
  if (wantedValues(settings, { ...request, color }).some((change) => isChange(settings, change)))
    return undefined;
  const { tags } = request;
  const named = tagsInWords(partNames.map((name) => ({ name, tag: tags[name] })));
  const percent = settings.gateway.canaryPercent;
  const canary = percent > 0 ? `, but for the ${percent} % of the clients that get the canary` : "";
  const words =
    color === active
      ? `${named} serves already, as ${color}${canary}`
      : `${named} stands by already, as ${color}`;
  return { tags, color, words };
}

/** Describes the changes, one per line, with the former values. */
export function describeChanges(settings: Settings, changes: readonly Change[]): string[] {
  const width = Math.max(...changes.map(({ path }) => path.length));
  return changes.map(
    ({ path, value }) => `  ${path.padEnd(width)}  ${valueAt(settings, path) ?? "(none)"} → ${value}`,
  );
}

function wantedValues(settings: Settings, request: DeployRequest): Change[] {
  const active = settings.activeColor;
  const other = otherColor(active);
  switch (request.kind) {
    case "release": {
      const color = request.color ?? other;
      if (!request.prepareOnly) return [...changesTo(color, request.tags), ...trafficTo(color, active)];
      if (color === active) {
        throw new Error(
          `--prepare is for the colour that stands by: ${color} gets the traffic. ` +
            "Leave --prepare out to replace what serves, or --color to prepare the other colour.",
        );
      }
      // With a canary, the standby would get traffic at once.
      return [...changesTo(color, request.tags), noCanary];
    }
    case "switch":
      if (settings.colors[other] === undefined) {
        throw new Error(`there is nothing to switch to: ${other} has no tags. Deploy some with --tag.`);
      }
      return trafficTo(other, active);
    case "rollback": {
      const color = colorOf(request.former.release);
      return [...changesTo(color, request.former.tags), ...trafficTo(color, active)];
    }
  }
}

/** Moves the traffic to a colour and ends a canary. After a switch the canary would be the release that was left. */
function trafficTo(color: Color, active: Color): Change[] {
  const path = `${NAMESPACE}:activeColor`;
  return [{ path, value: color }, ...(color === active ? [] : [noCanary])];
}

function changesTo(color: Color, tags: Tags): Change[] {
  return partNames.map((name) => ({
    path: `${NAMESPACE}:colors.${color}.${tagKey(name)}`,
    value: tags[name],
  }));
}

function isChange(settings: Settings, { path, value }: Change): boolean {
  return valueAt(settings, path) !== value;
}

function valueAt(settings: Settings, path: string): string | number | undefined {
  const keys = path.slice(NAMESPACE.length + 1).split(".");
  let value: unknown = settings;
  for (const key of keys) value = (value as Record<string, unknown> | undefined)?.[key];
  return typeof value === "string" || typeof value === "number" ? value : undefined;
}
