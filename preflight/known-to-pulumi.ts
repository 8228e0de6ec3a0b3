import * as pulumi from "@pulumi/pulumi";
import { knownObjects, type KnownObjects, type KnownResource } from "./known.ts";

/**
 * Asks Pulumi's engine for the state as it was before this update. Undefined in a preview of a stack without outputs:
 * its state may be empty, and Pulumi's engine ends when it is asked about an empty one. An update has already written
 * the stack itself into the state by then.
 */
export async function knownToPulumi(stack: string): Promise<KnownObjects | undefined> {
  const outputs = await ask("readStackOutputs", { name: stack });
  if (pulumi.runtime.isDryRun() && Object.keys(outputs).length === 0) return undefined;
  await registered(pulumi.runtime.getStackResource()?.urn);
  const answer = await ask("readStackResourceOutputs", { stackName: stack });
  return knownObjects(Object.values(answer) as KnownResource[]);
}

async function ask(what: string, inputs: Record<string, string>): Promise<Record<string, unknown>> {
  const answer = (await pulumi.runtime.invoke(`pulumi:pulumi:${what}`, inputs)) as {
    outputs?: Record<string, unknown>;
  };
  return answer.outputs ?? {};
}

async function registered(urn: pulumi.Output<string> | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    if (urn === undefined) resolve();
    else
      urn.apply(() => {
        resolve();
      });
  });
}
