import {
  LocalWorkspace,
  PulumiCommand,
  type EngineEvent,
  type Stack,
} from "@pulumi/pulumi/automation/index.js";
import { projectRoot } from "../../host/project.ts";
import { dropOverriding, localEnvironment, localStack } from "../toolchain/environment.ts";
import { messageOf } from "../../host/message.ts";

/** The result of an update. */
export type Update =
  | { outcome: "succeeds"; changes: string; outputs: Record<string, unknown> }
  | { outcome: "fails"; errors: string[] };

const shownErrorLines = 12;
const operations = {
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
  same: "unchanged",
};

/** The stack `local`. Pulumi's Automation API updates it like `pulumi up`. */
export class Platform {
  readonly #stack: Stack;

  private constructor(stack: Stack) {
    this.#stack = stack;
  }

  /**
   * Selects the stack, or creates it. Sets the environment of the embedded default in this process.
   * @throws Error when there is no Pulumi or its passphrase is wrong.
   */
  static async open(): Promise<Platform> {
    Object.assign(process.env, localEnvironment());
    dropOverriding();
    const pulumiCommand = await PulumiCommand.get({ skipVersionCheck: true });
    const program = { stackName: localStack, workDir: projectRoot };
    return new Platform(await LocalWorkspace.createOrSelectStack(program, { pulumiCommand }));
  }

  /**
   * `pulumi up`. A failing update is a result, not an exception.
   * @param configFile default: the stack's own.
   */
  async up(configFile?: string): Promise<Update> {
    const errors: string[] = [];
    const onEvent = (event: EngineEvent) => {
      const diagnostic = event.diagnosticEvent;
      if (diagnostic?.severity === "error") errors.push(...linesOf(diagnostic.message));
    };
    try {
      const file = configFile === undefined ? {} : { configFile };
      const { summary, outputs } = await this.#stack.up({ ...file, onEvent, color: "never" });
      const values = Object.entries(outputs).map(([name, output]) => [name, output.value as unknown]);
      return {
        outcome: "succeeds",
        changes: describeChanges(summary.resourceChanges ?? {}),
        outputs: Object.fromEntries(values) as Record<string, unknown>,
      };
    } catch (error) {
      if (errors.length === 0) errors.push(...linesOf(messageOf(error)));
      return { outcome: "fails", errors: errors.slice(-shownErrorLines) };
    }
  }
}

/** `1 updated, 30 unchanged`, from Pulumi's count of operations. */
export function describeChanges(counts: Record<string, number | undefined>): string {
  const parts = Object.entries(operations).flatMap(([operation, word]) => {
    const times = counts[operation] ?? 0;
    return times === 0 ? [] : [`${times} ${word}`];
  });
  return parts.join(", ") || "nothing to do";
}

/** The lines of a diagnostic, without Pulumi's colour marks and empty lines. */
export function linesOf(message: string): string[] {
  return message
    .replace(/<\{%.*?%\}>/g, "")
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "");
}
