import { z } from "zod";
import { automatic, canonical } from "../addresses.ts";
import { isReadBack } from "../processors.ts";
import type { Default, HealthDefaults, LimitsDefaults } from "../default.ts";

declare module "zod" {
  interface GlobalMeta {
    /** What a value may be, as a phrase for people: "a port number, 1 to 65535". */
    allowed?: string;
    /** What stands for the value in a suggested command: "<port>". */
    placeholder?: string;
    /** Stands for a file with the value, where it has several lines. Default: it has one, and is typed. */
    fromFile?: string;
    /** Why the default is what it is. */
    why?: string;
    /** The default in words, where it is no constant. */
    defaultText?: string;
    /** What a change makes anew, of the containers that can't overlap their successor. */
    remakes?: readonly Remade[];
  }
}

/** A container that clients miss while an update makes it anew. */
export type Remade = "the edge" | "MySQL";

/** Marks a setting whose change makes such a container anew. */
export function remaking<T extends z.ZodType>(schema: T, ...remakes: readonly Remade[]): T {
  return schema.meta({ ...schema.meta(), remakes });
}

interface TextOptions {
  pattern: RegExp;
  allowed: string;
  placeholder: string;
  longest?: number;
}

/** A text that matches a pattern. The caller must anchor the pattern. */
export function text({ pattern, allowed, placeholder, longest = 255 }: TextOptions) {
  return z.string().max(longest).regex(pattern).meta({ allowed, placeholder });
}

/** Gives a field its default, and says what it means. */
export function withDefault<T extends z.ZodType>(
  schema: T,
  { value, why }: Default<z.output<T>>,
  description: string,
) {
  const inherited = schema.meta() ?? {};
  return schema.default(value as never).meta({ ...inherited, description, why });
}

/** A field that may be left out, with what it means, and what holds without it. */
export function optional<T extends z.ZodType>(schema: T, description: string, defaultText: string) {
  return schema.exactOptional().meta({ ...schema.meta(), description, defaultText });
}

/** A field that must be there, with what it means, and what is said in a default's place. */
export function required<T extends z.ZodType>(schema: T, description: string, defaultText: string): T {
  return schema.meta({ ...schema.meta(), description, defaultText });
}

/** A whole number with a unit, between two bounds that are both allowed. */
function whole(smallest: number, largest: number, unit: string, placeholder: string) {
  return z
    .int()
    .min(smallest)
    .max(largest)
    .meta({ allowed: `a whole number of ${unit}, ${smallest} to ${largest}`, placeholder });
}

/** A number of seconds. */
export const seconds = (smallest: number, largest: number) =>
  whole(smallest, largest, "seconds", "<seconds>");

/** A number of megabytes. */
export const megabytes = (smallest: number, largest: number) =>
  whole(smallest, largest, "megabytes", "<megabytes>");

/** A number of things. */
export const count = (smallest: number, largest: number, things: string) =>
  whole(smallest, largest, things, "<number>");

/** One of some words. */
export function oneOf<const T extends readonly [string, string, ...string[]]>(words: T) {
  return z.enum(words).meta({
    allowed: `${words.slice(0, -1).join(", ")} or ${words.at(-1) ?? ""}`,
    placeholder: `<${words.join("/")}>`,
  });
}

/** Yes or no. */
export const flag = () => z.boolean().meta({ allowed: "true or false", placeholder: "<true/false>" });

/** A TCP port. */
export const port = () =>
  z.int().min(1).max(65535).meta({ allowed: "a port number, 1 to 65535", placeholder: "<port>" });

/**
 * An IPv6 address. An IPv4 address in IPv6 form is refused: the engine reports it as IPv4, so the two would never
 * match.
 */
const ipv6 = () => z.ipv6().refine((text) => !canonical(text).startsWith("::ffff:"));

/** An IP address, of either version. */
export const address = (allowed: string) =>
  z.union([z.ipv4(), ipv6()]).meta({ allowed, placeholder: "<address>" });

/** An IP address, or a network of such. */
export const networkAddress = (message?: string) =>
  z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], message);

/** An IP address of clients, or a network of such. */
export const clientAddress = () =>
  networkAddress().meta({
    allowed: "an IP address, or a network such as 192.0.2.0/24",
    placeholder: "<address>",
  });

/** A name that an operator gives to one of several things. */
export const ownName = () =>
  text({
    pattern: /^[A-Za-z][\w-]{0,62}$/,
    allowed: 'up to 63 letters, digits, "_" and "-", the first a letter',
    placeholder: "<name>",
  });

/** A list, whose items say what they may be. */
export function listOf<T extends z.ZodType>(item: T, most: number, things: string) {
  const { allowed = "", placeholder = "" } = item.meta() ?? {};
  return z
    .array(item)
    .max(most)
    .meta({ allowed: `a list of at most ${most} ${things}, each ${allowed}`, placeholder });
}

const bindAddresses =
  "an IP address of the engine's host: 127.0.0.1 or ::1 (that host only), 0.0.0.0 (everybody, by IPv4), :: (everybody, by IPv4 and IPv6) or one of its own";

/** The address of the engine's host that a published port listens on. */
export const bindAddress = () => address(bindAddresses);

/** The same for a public service: `auto` stands for the families that engine and host have. */
export const publicAddress = () =>
  z.union([z.literal(automatic), z.ipv4(), ipv6()]).meta({
    allowed: `${automatic} (everybody, by IPv6 too where engine and host can), or ${bindAddresses}`,
    placeholder: "<address>",
  });

/** A health check's timing. `remakes` as for {@link remaking}. */
export function health(whose: string, of: HealthDefaults, ...remakes: readonly Remade[]) {
  return z
    .strictObject({
      intervalSeconds: remaking(
        withDefault(seconds(1, 300), of.intervalSeconds, `Seconds between two health checks of ${whose}.`),
        ...remakes,
      ),
      timeoutSeconds: remaking(
        withDefault(
          seconds(1, 60),
          of.timeoutSeconds,
          "Seconds after which a check without an answer has failed.",
        ),
        ...remakes,
      ),
      retries: remaking(
        withDefault(count(1, 100, "checks"), of.retries, "Failed checks in a row that make it unhealthy."),
        ...remakes,
      ),
      startPeriodSeconds: remaking(
        withDefault(
          seconds(0, 3600),
          of.startPeriodSeconds,
          "Seconds after the start in which a failed check does not count.",
        ),
        ...remakes,
      ),
    })
    .prefault({});
}

/** A container's limits. The program needs `smallestMegabytes` to start. `remakes` as for {@link remaking}. */
export function limits(
  whose: string,
  smallestMegabytes: number,
  of: LimitsDefaults,
  ...remakes: readonly Remade[]
) {
  return z
    .strictObject({
      memoryMegabytes: remaking(
        withDefault(
          megabytes(smallestMegabytes, 1_048_576),
          of.memoryMegabytes,
          `Memory of ${whose}; it gets no swap besides, and is ended when it needs more.`,
        ),
        ...remakes,
      ),
      cpus: remaking(
        withDefault(
          z.number().min(0.1).max(256).refine(isReadBack).meta({
            allowed:
              "a number of processors, 0.1 to 256, from 10 on in tenths (at most as many as the host has)",
            placeholder: "<number>",
          }),
          of.cpus,
          `Processors that ${whose} may keep busy.`,
        ),
        ...remakes,
      ),
    })
    .prefault({});
}
