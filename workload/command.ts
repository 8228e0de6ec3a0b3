import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { Platform } from "./platform.ts";

/** What a command of ours is run with. */
export interface CommandArgs {
  /** The file that does the work, relative to the program. */
  script: string;
  /** Plain settings: they stand readable in the state and in the preview's diff. */
  environment: Record<string, pulumi.Input<string>>;
  /** Secrets and whatever is too long to be read in a diff: goes to standard input, encrypted in the state. */
  stdin?: pulumi.Input<string>;
  /** Script run when the resource goes away, with the same environment. Default: nothing is undone. */
  onDelete?: string;
}

/**
 * A step of the deploy as a resource: run when it is new and again, in place, when anything it is told changes. It has
 * no triggers, since those would replace it, and a replacement runs the deletion of the old one.
 */
export function scriptCommand(
  logicalName: string,
  platform: Platform,
  args: CommandArgs,
  options: pulumi.CustomResourceOptions,
): command.local.Command {
  const { host } = platform.settings.engine;
  return new command.local.Command(
    logicalName,
    {
      create: `node ${args.script}`,
      update: `node ${args.script}`,
      ...(args.onDelete !== undefined && { delete: `node ${args.onDelete}` }),
      environment: {
        ...args.environment,
        WEBNET_STACK: platform.stack,
        ...(host !== undefined && { DOCKER_HOST: host }),
      },
      ...(args.stdin !== undefined && { stdin: pulumi.secret(args.stdin) }),
      logging: args.stdin === undefined ? "stderr" : "none",
      addPreviousOutputInEnv: false,
    },
    options,
  );
}
