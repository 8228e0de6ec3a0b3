import { parseDocument } from "yaml";

/** One value of the stack config, by the path that `pulumi config set --path` takes. */
export interface Change {
  /** e.g. `webnet:colors.green.backendTag` */
  path: string;
  value: string | number;
}

/** The command with which an operator makes the change. */
export function commandFor(change: Change): string {
  return `pulumi config set --path '${change.path}' ${change.value}`;
}

/** The text of a stack config with the changes made; comments and everything else stay. */
export function applyChanges(text: string, changes: readonly Change[]): string {
  const document = parseDocument(text);
  for (const { path: keyPath, value } of changes) {
    const [key = "", ...keys] = keyPath.split(".");
    document.setIn(["config", key, ...keys], value);
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}
