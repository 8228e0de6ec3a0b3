import { filesScript } from "../../contract/files.ts";
import { randomUUID } from "node:crypto";
import type Docker from "dockerode";
import { orMissing } from "../../engine/client.ts";
import { recoveringVariable } from "../../preflight/recovering.ts";
import type { Target } from "../target.ts";
import type { FoundContainer } from "./engine-facts.ts";
import { readPassword } from "./passwords.ts";
import { isKnown, type Planned } from "../../pulumi/preview.ts";
import { plannedCreations } from "./program-plan.ts";
import {
  containerType,
  imageType,
  nameOf,
  networkType,
  refreshState,
  resourcesOf,
  volumeType,
  writeState,
  type State,
} from "../../pulumi/state.ts";

/** More passes than needed. Each pass makes inputs known that the next pass needs. */
const mostPasses = 8;

/** Pulumi's mark of a secret. `pulumi stack import` encrypts the marked value. */
const secretMark = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

/** The text that `pulumi preview --json` shows instead of a secret. */
const hiddenSecret = "[secret]";

/** The Docker provider's schema versions. Without one, the provider assumes its first version. */
const dockerForms: Readonly<Record<string, string>> = {
  [containerType]: "2",
  [networkType]: "1",
  [volumeType]: "1",
};

/** What the state needs for an adopted resource, besides what the program says. */
interface Existing {
  id?: string;
  outputs?: Record<string, unknown>;
  inputs?: Record<string, unknown>;
}

/**
 * Takes what runs into the state. The program says what each resource is, and the engine whether it exists. It changes
 * nothing on the engine. Missing resources and the steps of a deploy are left to the next update.
 *
 * @throws Error if a generated secret can't be read back. Nothing of that pass is then in the state.
 */
export async function adopt(
  target: Target,
  state: State,
  containers: readonly FoundContainer[],
): Promise<string[]> {
  const docker = target.docker();
  const look = lookUp(docker, target, containers);
  const adopted: string[] = [];
  let current = state;
  for (let pass = 0; pass < mostPasses; pass += 1) {
    const found = await existing(await plannedCreations(target), look, current);
    if (found.length === 0) break;
    current = withResources(current, found);
    await writeState(target, current);
    adopted.push(...found.filter(({ id }) => id !== undefined).map(({ urn }) => nameOf(urn)));
  }
  await refreshState(target, { environment: { [recoveringVariable]: "true" } });
  return adopted;
}

type Look = (planned: Planned) => Promise<Existing | undefined>;
type Adopted = Planned & Pick<Existing, "id" | "outputs">;

async function existing(planned: readonly Planned[], look: Look, state: State): Promise<Adopted[]> {
  const present = new Set(resourcesOf(state).map(({ urn }) => urn));
  const found: Adopted[] = [];
  for (const resource of planned) {
    if (resource.parent !== undefined && !present.has(resource.parent)) continue;
    const known = isKnown(resource.inputs) ? await look(resource) : undefined;
    if (known === undefined) continue;
    present.add(resource.urn);
    found.push({ ...resource, ...known });
  }
  return found;
}

/** Returns a function that finds a planned resource on the engine or in the platform's volumes. */
function lookUp(docker: Docker, target: Target, containers: readonly FoundContainer[]): Look {
  return async ({ urn, type, custom, inputs = {} }) => {
    const name = String(inputs["name"]);
    if (!custom) return { outputs: {} };
    if (type.startsWith("pulumi:providers:")) {
      // The plan shows a placeholder instead of each secret. Leave secrets out: the next update adds the real ones.
      const open = withoutSecrets(inputs);
      return { id: randomUUID(), inputs: open, outputs: open };
    }
    switch (type) {
      case containerType: {
        const found = containers.find((container) => container.name === name && container.running);
        return found && dockerObject(type, found.id, inputs);
      }
      case networkType: {
        const [network] = (await docker.listNetworks({ filters: { name: [name] } })).filter(
          ({ Name }) => Name === name,
        );
        return network && dockerObject(type, network.Id, inputs);
      }
      case volumeType: {
        const volume = await orMissing(docker.getVolume(name).inspect());
        return volume && dockerObject(type, name, inputs);
      }
      case imageType: {
        const image = await orMissing(docker.getImage(name).inspect());
        if (image === undefined) return undefined;
        const outputs = {
          ...inputs,
          id: `${image.Id}${name}`,
          imageId: image.Id,
          latest: image.Id,
          repoDigest: "",
        };
        return { id: `${image.Id}${name}`, outputs };
      }
      case "random:index/randomPassword:RandomPassword":
        return await password(docker, target, containers, nameOf(urn), inputs);
      case "command:local:Command":
        return inputs["create"] === `node ${filesScript.file}` ? files(inputs) : undefined;
      default:
        return undefined;
    }
  };
}

function dockerObject(type: string, id: string, inputs: Record<string, unknown>): Existing {
  const meta = JSON.stringify({ schema_version: dockerForms[type] });
  return { id, outputs: { ...withoutDefaults(inputs), __meta: meta, id } };
}

async function password(
  docker: Docker,
  target: Target,
  containers: readonly FoundContainer[],
  logicalName: string,
  inputs: Record<string, unknown>,
): Promise<Existing | undefined> {
  const image = (await docker.getContainer(containers[0]?.id ?? "").inspect()).Image;
  const result = await readPassword(docker, target, image, logicalName);
  if (result === undefined) return undefined;
  const kinds = { lower: true, upper: true, number: true, numeric: true };
  const least = { minLower: 0, minUpper: 0, minNumeric: 0, minSpecial: 0 };
  return {
    id: "none",
    outputs: {
      ...kinds,
      ...least,
      ...inputs,
      __meta: JSON.stringify({ schema_version: "3" }),
      id: "none",
      result: { ...secretMark, plaintext: JSON.stringify(result) },
    },
  };
}

/** Files that are already in their volume. Their content is unknown here, so the next update writes them again. */
function files(inputs: Record<string, unknown>): Existing {
  const before = { ...inputs, stdin: { ...secretMark, plaintext: JSON.stringify("found by recover") } };
  return {
    id: `found${randomUUID().slice(0, 8)}`,
    inputs: before,
    outputs: { ...before, stdout: "", stderr: "" },
  };
}

/** Adds resources to the state, without references to resources that it lacks. The next update adds those. */
export function withResources(state: State, found: readonly Adopted[]): State {
  const resources = [...resourcesOf(state)];
  const ids = new Map(resources.map(({ urn, id }) => [urn, id]));
  for (const resource of found) {
    const has = (urn: string): boolean => ids.has(urn);
    const { provider, dependencies = [], propertyDependencies = {} } = resource;
    const providerUrn = provider?.split("::").slice(0, -1).join("::");
    if (providerUrn !== undefined && !has(providerUrn)) {
      const made = defaultProvider(providerUrn);
      ids.set(providerUrn, made.id);
      resources.push(made);
    }
    ids.set(resource.urn, resource.id);
    resources.push({
      ...resource,
      dependencies: dependencies.filter(has),
      propertyDependencies: Object.fromEntries(
        Object.entries(propertyDependencies).map(([key, urns]) => [key, (urns ?? []).filter(has)]),
      ),
      ...(providerUrn !== undefined && { provider: `${providerUrn}::${ids.get(providerUrn) ?? ""}` }),
    });
  }
  return { ...state, deployment: { ...state.deployment, resources, pending_operations: undefined } };
}

/** Pulumi creates default providers by itself and shows them in no plan. Their names contain the version. */
function defaultProvider(urn: string): Adopted & { id: string } {
  const [type = "", name = ""] = urn.split("::").slice(-2);
  const version = name.replace("default_", "").replaceAll("_", ".");
  return { urn, type, custom: true, id: randomUUID(), inputs: { version }, outputs: { version } };
}

/** Returns the inputs without the values that the plan hides because they hold a secret. */
export function withoutSecrets(inputs: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => !holdsHidden(value)));
}

function holdsHidden(value: unknown): boolean {
  if (typeof value === "string") return value.includes(hiddenSecret);
  return typeof value === "object" && value !== null && Object.values(value).some(holdsHidden);
}

function withoutDefaults(value: Record<string, unknown>): Record<string, unknown> {
  return cleaned(value) as Record<string, unknown>;
}

function cleaned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== "__defaults")
      .map(([key, item]) => [key, cleaned(item)]),
  );
}
