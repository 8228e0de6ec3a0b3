import { existsSync, readdirSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { readJson } from "../settings/json.ts";
import type { PulumiStack } from "./cli.ts";

/** Ending of the sidecar files that Pulumi may write beside its files, and that it does not need. */
export const sidecarEnding = ".attrs";

const asked = new WeakMap<PulumiStack, Promise<string>>();

/** Where Pulumi keeps stacks: in a folder of this host, in a bucket of an object store, or with a service. */
export type BackendKind = "folder" | "bucket" | "service";

/** The kind of backend that holds the stack. */
export async function backendKind(target: PulumiStack): Promise<BackendKind> {
  const url = await urlOf(target);
  if (url.startsWith("file://")) return "folder";
  return /^(?:s3|gs|azblob):\/\//.test(url) ? "bucket" : "service";
}

/** The folder where Pulumi keeps stacks, locks and history; undefined if the backend is no folder, or it is missing. */
export async function stateFolder(target: PulumiStack): Promise<string | undefined> {
  const url = await urlOf(target);
  if (!url.startsWith("file://")) return undefined;
  const path = url.slice("file://".length).split("?")[0] ?? "";
  // As Pulumi does: the home folder comes from the system's user entry, not from HOME.
  const root =
    path === "~" || path.startsWith("~/")
      ? join(userInfo().homedir, path.slice(1))
      : path.startsWith("/")
        ? fileURLToPath(`file://${path}`)
        : join(target.directory, path);
  const folder = join(root, ".pulumi");
  return existsSync(folder) ? folder : undefined;
}

/** The paths of the files in a folder; none if there is no such folder. */
export function filesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

// The answer is kept: one command of ours asks several times, and each call of the CLI is slow. After a failure, the next
// one asks again: the operator may have logged in since.
async function urlOf(target: PulumiStack): Promise<string> {
  const named = target.environment["PULUMI_BACKEND_URL"] ?? "";
  if (named !== "") return named;
  const url = asked.get(target) ?? askForUrl(target);
  asked.set(target, url);
  try {
    return await url;
  } catch (error) {
    if (asked.get(target) === url) asked.delete(target);
    throw error;
  }
}

async function askForUrl(target: PulumiStack): Promise<string> {
  const { exitCode, stdout, stderr } = await target.pulumi(["whoami", "--json"], { ofStack: false });
  if (exitCode !== 0) throw new Error(`Pulumi is not logged in to a backend: ${stderr.trim()}`);
  return readJson(z.object({ url: z.string() }), stdout, "what pulumi whoami prints").url;
}
