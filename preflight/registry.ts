import type Docker from "dockerode";
import { engineStatus, isAway } from "../engine/client.ts";
import { loginFor, serverAddress, type RegistryLogin } from "../settings/registries.ts";
import { messageOf } from "../host/message.ts";

/** Why a registry doesn't tell what an image is. Each kind has its own fix. */
export type RefusalKind =
  /** It has no such image or tag. */
  | "not found"
  /** It wants a login, or another one. */
  | "login"
  /** It has been asked too often. */
  | "limited"
  /** It doesn't answer, or not in a way that webnet understands. */
  | "unreachable";

/** A registry's refusal. */
export interface Refusal {
  kind: RefusalKind;
  /** In the engine's words. */
  reason: string;
}

/** What a registry says of an image. */
export type RegistryAnswer = { digest: string } | { refusal: Refusal };

const registrySeconds = 10;

// The engine passes on a status only if the registry's answer follows the specification. Otherwise it answers 500.
const signs: readonly [kind: RefusalKind, statuses: readonly number[], words: RegExp][] = [
  ["limited", [429], /toomanyrequests|too many requests|rate.?limit|\b429\b/i],
  ["login", [401, 403], /unauthorized|denied|forbidden|authentication required|basic auth|\b40[13]\b/i],
  ["not found", [404], /manifest unknown|name unknown|not found|\b404\b/i],
];

/** Tells what kind of refusal of an image an engine's error is. */
function refusalOf(error: unknown, reference: string): Refusal {
  const status = engineStatus(error);
  const reason = reasonOf(error);
  // A tag may be 404, and an address of the registry's ends in the tag.
  const said = reason.replaceAll(/https?:\/\/\S+/g, "").replaceAll(reference, "");
  const found = signs.find(
    ([, statuses, words]) => (status !== undefined && statuses.includes(status)) || words.test(said),
  );
  return { kind: found?.[0] ?? "unreachable", reason };
}

/** Asks the registry for an image's digest, through the engine, with the login that the stack config has for it. */
export async function askRegistry(
  docker: Docker,
  reference: string,
  logins: readonly RegistryLogin[],
): Promise<RegistryAnswer> {
  const login = loginFor(reference, logins);
  const auth = login && {
    username: login.username,
    password: login.password,
    serveraddress: serverAddress(login.address),
  };
  const abortSignal = AbortSignal.timeout(registrySeconds * 1000);
  try {
    const answer = (await docker
      .getImage(reference)
      .distribution({ ...(auth && { authconfig: auth }), abortSignal })) as {
      Descriptor: { digest: string };
    };
    return { digest: answer.Descriptor.digest };
  } catch (error) {
    // The engine itself doesn't answer: that is no refusal of the registry.
    if (!abortSignal.aborted && isAway(error)) throw error;
    const { kind, reason } = abortSignal.aborted
      ? { kind: "unreachable" as const, reason: `no answer within ${registrySeconds} s` }
      : refusalOf(error, reference);
    return { refusal: { kind, reason: login ? reason.replaceAll(login.password, "***") : reason } };
  }
}

function reasonOf(error: unknown): string {
  // The client (dockerode) puts a status of its own before the engine's answer.
  const text = messageOf(error);
  return text
    .replace(/^\(HTTP code \d+\) [\w -]+ - /, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}
