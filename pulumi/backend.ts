import { existsSync, readdirSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { readJson } from "../settings/json.ts";
import type { PulumiStack } from "./cli.ts";

/** What the name of a file ends with that Pulumi may write beside another one, and that it needs for nothing. */
export const sidecarEnding = ".attrs";

const asked = new WeakMap<PulumiStack, Promise<string>>();

/** Where Pulumi keeps stacks: in a folder of this host, in a bucket of an object store, or with a service. */
export type BackendKind = "folder" | "bucket" | "service";

/** Which kind of backend the stack is in. */
export async function backendKind(target: PulumiStack): Promise<BackendKind> {
  const url = await urlOf(target);
  if (url.startsWith("file://")) return "folder";
  return /^(?:s3|gs|azblob):\/\//.test(url) ? "bucket" : "service";
}

/** The folder in which Pulumi keeps stacks, locks and history; undefined where the backend isn't a folder of this host. */
export async function stateFolder(target: PulumiStack): Promise<string | undefined> {
  const url = await urlOf(target);
  if (!url.startsWith("file://")) return undefined;
  const path = url.slice("file://".length).split("?")[0] ?? "";
  // Pulumi, too, asks the system who runs it, and not HOME.
  const root =
    path === "~" || path.startsWith("~/")
      ? join(userInfo().homedir, path.slice(1))
      : path.startsWith("/")
        ? fileURLToPath(`file://${path}`)
        : join(target.directory, path);
  const folder = join(root, ".pulumi");
  return existsSync(folder) ? folder : undefined;
}

/** The files in a folder, by their paths; none where there is no such folder. */
export function filesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

// One command asks several times, and the CLI takes its time each.
async function urlOf(target: PulumiStack): Promise<string> {
  const named = target.environment["PULUMI_BACKEND_URL"] ?? "";
  if (named !== "") return named;
  const url = asked.get(target) ?? askForUrl(target);
  asked.set(target, url);
  return await url;
}

async function askForUrl(target: PulumiStack): Promise<string> {
  const { exitCode, stdout, stderr } = await target.pulumi(["whoami", "--json"], { ofStack: false });
  if (exitCode !== 0) throw new Error(`Pulumi is not logged in to a backend: ${stderr.trim()}`);
  return readJson(z.object({ url: z.string() }), stdout, "what pulumi whoami prints").url;
}
