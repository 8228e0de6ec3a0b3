import { createHash, createHmac } from "node:crypto";
import type { Route } from "../contract/gateway.ts";
import { usersFile } from "../render/nginx/access.ts";

const saltBytes = 8;

/**
 * The files with each rule's users and the salted hashes of their passwords, as nginx reads them. nginx checks a password
 * at every request and does nothing else meanwhile, so the hash is a fast one.
 *
 * @param passwords each under its user's name
 * @param key a secret of the stack's: the same passwords give the same files, and nobody else can compute them
 */
export function userFiles(
  { access = [] }: Pick<Route, "access">,
  passwords: Readonly<Record<string, string>>,
  key: string,
): Record<string, string> {
  return Object.fromEntries(
    access.flatMap(({ users }, rule) => {
      if (users === undefined) return [];
      const lines = users.map((user) => `${user}:${hashed(user, passwords[user] ?? "", key)}\n`);
      return [[usersFile(rule), lines.join("")]];
    }),
  );
}

function hashed(user: string, password: string, key: string): string {
  if (password === "") throw new Error(`the route has no password of ${user}`);
  const salt = createHmac("sha256", key).update(`${user}\0${password}`).digest().subarray(0, saltBytes);
  const digest = createHash("sha1").update(password).update(salt).digest();
  return `{SSHA}${Buffer.concat([digest, salt]).toString("base64")}`;
}
