import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { given, type Script, type Values, type Variables } from "../contract/script.ts";
import { stackVariable } from "../contract/variable.ts";
import type { Platform } from "./platform.ts";

/** The values of a script's variables. Some are known only when other resources exist. */
export type InputValues<V extends Variables> = {
  [Name in keyof Values<V>]: pulumi.Input<Exclude<Values<V>[Name], undefined>> | undefined;
};

/** A script's variables, and its standard input. */
export type CommandArgs<V extends Variables, Stdin> = InputValues<V> &
  ([Stdin] extends [undefined] ? { stdin?: never } : { stdin: pulumi.Input<Stdin> });

/**
 * A step of the deploy as a resource. Pulumi runs it when it is new, and again in place when any of its inputs changes.
 * It has no triggers: those would replace it, and a replacement runs the deletion of the old one.
 */
export function scriptCommand<V extends Variables, Stdin>(
  logicalName: string,
  platform: Platform,
  script: Script<V, Stdin>,
  args: CommandArgs<V, Stdin>,
  options: pulumi.CustomResourceOptions,
): command.local.Command {
  const { host } = platform.settings.engine;
  const { stdin, ...values } = args as { stdin?: pulumi.Input<Stdin> } & Record<string, unknown>;
  return new command.local.Command(
    logicalName,
    {
      create: `node ${script.file}`,
      update: `node ${script.file}`,
      ...(script.onDelete !== undefined && { delete: `node ${script.onDelete}` }),
      environment: {
        ...environmentOf(script.variables, values),
        [stackVariable.name]: platform.stack,
        ...(host !== undefined && { DOCKER_HOST: host }),
      },
      ...(stdin !== undefined && {
        stdin: pulumi.secret(pulumi.output(stdin).apply((known) => JSON.stringify(known))),
      }),
      logging: stdin === undefined ? "stderr" : "none",
      addPreviousOutputInEnv: false,
    },
    options,
  );
}

function environmentOf(
  variables: Variables,
  values: Readonly<Record<string, unknown>>,
): Record<string, pulumi.Output<string>> {
  return Object.fromEntries(
    given(variables, values).map(({ variable, value }) => [
      variable.name,
      pulumi.output(value).apply((known) => variable.write(known)),
    ]),
  );
}
