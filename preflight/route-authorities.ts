import { authorityText } from "../certificate/files.ts";
import { messageOf } from "../host/message.ts";
import { configPath, removeCommand, setCommand } from "../settings/commands.ts";
import type { Settings } from "../settings/index.ts";
import type { Problem } from "../settings/problem.ts";

/** Checks that the authorities of routes can be read. */
export function inspectRouteAuthorities({ gateway }: Pick<Settings, "gateway">, stack: string): Problem[] {
  return Object.entries(gateway.routes).flatMap(([name, { authorityFile: file }]) =>
    file === undefined ? [] : unreadableAuthority(stack, ["gateway", "routes", name, "authorityFile"], file),
  );
}

/** What is wrong with a file with the certificates of an authority. */
export function unreadableAuthority(stack: string, path: readonly string[], file: string): Problem[] {
  try {
    authorityText(file);
    return [];
  } catch (error) {
    return [
      {
        at: configPath(path),
        what: messageOf(error),
        got: file,
        allowed: "a PEM file with the certificate that signs the other side's own one",
        fix: [setCommand(stack, path, "<file>")],
        or: [[removeCommand(stack, path)]],
      },
    ];
  }
}
