import { readFile } from "node:fs/promises";
import type Docker from "dockerode";
import { z } from "zod";
import { isAway } from "../engine/client.ts";
import { hostTables } from "../engine/host-tables.ts";
import { overlap } from "../settings/addresses.ts";
import type { Settings } from "../settings/index.ts";
import { engineIsHere, isRootless } from "./host.ts";
import { listenersIn } from "./tcp-tables.ts";

/** A port that the stack's own container holds already, on fewer addresses than the settings want. */
export interface Growth {
  port: number;
  /** The further addresses that the settings want: every address of a family, or of both. */
  addresses: readonly string[];
  /** Where the stack's own container publishes it. */
  own: readonly string[];
  /** Where any container publishes it. The list of containers already tells whether one is in the way. */
  published: readonly (string | undefined)[];
}

/** Addresses on which programs of the host hold the port, or why they are unknown. */
export type HostView = { inTheWay: string[] } | { unseen: string };

const infoSchema = z.object({ SecurityOptions: z.array(z.string()).nullish() });

/**
 * Finds the programs of the engine's host that listen where a port is to be published. Only for a port that the stack
 * itself holds: the engine can't try it until the stack frees it, and then it is too late.
 *
 * @param from image and labels of the container that looks
 * @returns `unseen` if the host couldn't be read, never an empty `inTheWay`.
 */
export async function viewOfHost(
  docker: Docker,
  settings: Settings,
  { port, addresses, own, published }: Growth,
  from: { image: string; labels: Record<string, string> },
): Promise<HostView> {
  let listening: string[];
  try {
    const listeners = listenersIn(await tables(docker, settings, from));
    listening = listeners.filter((listener) => listener.port === port).map(({ address }) => address);
  } catch (error) {
    const isSilent = isAway(error);
    if (isSilent || !(error instanceof Error)) throw error;
    return { unseen: error.message };
  }
  const inTheWay = listening
    .filter((address) => !published.includes(address))
    // A listener on every IPv6 address may take IPv4 too: the kernel doesn't tell.
    .filter((address) => address === "::" || addresses.some((wanted) => overlap(address, wanted)));
  if (inTheWay.length > 0) return { inTheWay: [...new Set(inTheWay)] };
  // The engine listens on everything it publishes. If its listener is missing, these tables are of another host.
  const missing = own.find((address) => !listening.includes(address));
  if (missing === undefined) return { inTheWay: [] };
  return { unseen: `what could be read doesn't have the engine's own listener on ${missing}` };
}

async function tables(
  docker: Docker,
  settings: Settings,
  from: { image: string; labels: Record<string, string> },
): Promise<string> {
  const { SecurityOptions } = infoSchema.parse(await docker.info());
  if (!isRootless(SecurityOptions)) return await hostTables(docker, from);
  if (engineIsHere(settings)) return await tablesHere();
  throw new Error("the engine runs without root, and no container of it sees its host's network");
}

/** A kernel without IPv6 has no second table. */
async function tablesHere(): Promise<string> {
  const [four, six] = await Promise.all([
    readFile("/proc/net/tcp", "utf8"),
    readFile("/proc/net/tcp6", "utf8").catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
      throw error;
    }),
  ]).catch((error: unknown) => {
    throw new Error(`this machine's listeners can't be read: ${String(error)}`);
  });
  return `${four}${six}`;
}
