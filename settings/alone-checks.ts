import { aloneIn, namedParts } from "./alone.ts";
import { otherColor, type Color } from "./color.ts";
import { configPath, removeCommand } from "./commands.ts";
import { entriesOf } from "./entries.ts";
import { got, settingCommand, type Context } from "./explain.ts";
import type { Get, IsBroken } from "./get.ts";
import { noPart, partNames, tagKey, type PartName, type TagKey } from "./parts.ts";
import type { Problem } from "./problem.ts";
import { colorNames } from "./schema/application.ts";
import { toBackend } from "./schema/routes.ts";
import { valueAt, type Path } from "./shape.ts";

type Colors = Partial<Record<Color, Record<TagKey, string>>>;

const routesPath = ["gateway", "routes"];

/** What the gateway's settings say of a part alone. */
const gatewaySettings: Readonly<Record<PartName, readonly Path[]>> = {
  backend: [
    ["gateway", "proxyTimeoutSeconds"],
    ["gateway", "streamTimeoutSeconds"],
    ["gateway", "streamPaths"],
    ["gateway", "streamDrainSeconds"],
    ["gateway", "uploads"],
    ["gateway", "answerHeaderKilobytes"],
    ["gateway", "rateLimits"],
  ],
  frontend: [
    ["gateway", "unknownAddresses"],
    ["backend", "basePath"],
  ],
};

/** The colours of the config. Undefined if they are wrong by themselves. */
export function colorsIn(get: Get, isBroken: IsBroken): Colors | undefined {
  const paths = colorNames.map((color) => ["colors", color]);
  if (isBroken(["colors"])) return undefined;
  const isWrong = paths.some(
    (path) => isBroken(path) || partNames.some((name) => isBroken([...path, tagKey(name)])),
  );
  return isWrong
    ? undefined
    : Object.fromEntries(colorNames.flatMap((color, at) => withTags(color, get(paths[at] ?? []))));
}

function withTags(color: Color, tags: unknown): [Color, Record<TagKey, string>][] {
  return typeof tags === "object" && tags !== null ? [[color, tags as Record<TagKey, string>]] : [];
}

/** The parts that no colour has. Empty as long as no colour has tags. */
export function missingEverywhere(colors: Colors): PartName[] {
  const every = Object.values(colors);
  if (every.length === 0) return [];
  return partNames.filter((name) => every.every((tags) => tags[tagKey(name)] === noPart));
}

/** Finds what contradicts a colour with one part, and a colour with none. */
export function lonePartsAreWhole(context: Context, get: Get, isBroken: IsBroken): Problem[] {
  const colors = colorsIn(get, isBroken);
  if (colors === undefined) return [];
  const empty = colorNames.filter((color) => namedParts(colors[color] ?? {}).length === 0);
  if (empty.length > 0) return empty.map((color) => hasNothing(context, color));
  const missing = missingEverywhere(colors);
  return [
    ...missing.flatMap((part) => settingsOfNothing(context, get, part)),
    ...nothingIsTakenOff(context, get, colors),
    ...canaryIsAlike(context, get, colors),
  ];
}

function hasNothing(context: Context, color: Color): Problem {
  const path = ["colors", color];
  const [first = [], second = []] = partNames.map((name) => [...path, tagKey(name)]);
  return {
    at: configPath(path),
    what: "it has neither a backend nor a frontend: nothing of it could serve",
    got: `${noPart} for both tags`,
    allowed: `${noPart} for one of the two at most`,
    fix: [settingCommand(context, first, "<tag>")],
    or: [[settingCommand(context, second, "<tag>")]],
  };
}

/** Settings of a part that no colour has, so that nobody takes them for something that counts. */
function settingsOfNothing(context: Context, get: Get, part: PartName): Problem[] {
  const routes = entriesOf<{ to?: unknown }>(get, routesPath, []);
  const toNothing = part === "backend" ? routes.filter(([, { to }]) => to === toBackend) : [];
  const paths = [
    ...(part === "backend" ? [["backend"]] : []),
    // Routes to something outside have the same times and sizes.
    ...(part === "backend" && routes.length > toNothing.length ? [] : gatewaySettings[part]),
    ...toNothing.map(([name]) => [...routesPath, name]),
  ];
  return paths.flatMap((path) => {
    const given = valueAt(context.input, path);
    const keys = typeof given === "object" && given !== null ? Object.keys(given) : ["value"];
    if (given === undefined || keys.length === 0) return [];
    return [
      {
        at: configPath(path),
        what: `no colour has a ${part}, which alone it is for`,
        got: got(context, path),
        allowed: `nothing, while the ${tagKey(part)} of every colour is ${noPart}`,
        fix: [removeCommand(context.stack, path)],
      },
    ];
  });
}

function nothingIsTakenOff(context: Context, get: Get, colors: Colors): Problem[] {
  const path = ["backend", "stripBasePath"];
  const [color] = colorNames.filter((one) => colors[one] !== undefined && aloneIn(colors)[one] === "backend");
  if (color === undefined || get(path) !== true) return [];
  return [
    {
      at: configPath(path),
      what: `${color} has no frontend, so that its backend gets every address: there is no base path to take off`,
      got: "true",
      allowed: `false, while the frontendTag of a colour is ${noPart}`,
      fix: [removeCommand(context.stack, path)],
    },
  ];
}

/** A client of the canary that finds it down goes to the release that serves, which must have what it asks for. */
function canaryIsAlike(context: Context, get: Get, colors: Colors): Problem[] {
  const path = ["gateway", "canaryPercent"];
  const percent = get(path);
  const active = get(["activeColor"]);
  if (typeof percent !== "number" || percent === 0 || (active !== "blue" && active !== "green")) return [];
  const other = otherColor(active);
  const alone = aloneIn(colors);
  if (colors[other] === undefined || alone[active] === alone[other]) return [];
  return [
    {
      at: configPath(path),
      what: `${other} has ${partsInWords(alone[other])} and ${active} ${partsInWords(alone[active])}: clients can't be shared out between them`,
      got: got(context, path),
      allowed: "0, while the two colours don't have the same parts",
      fix: [settingCommand(context, path, "0")],
    },
  ];
}

function partsInWords(alone: PartName | undefined): string {
  return alone === undefined ? "both parts" : `a ${alone} alone`;
}
