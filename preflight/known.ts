import { filesScript } from "../contract/files.ts";
import { certificateScript, routeScript } from "../contract/gateway.ts";
import { recorded } from "../contract/variable.ts";
import {
  commandType,
  containerType,
  environmentOf,
  imageType,
  networkType,
  resourcesOf,
  type State,
} from "../pulumi/state.ts";
import { routeDigest } from "../gateway/route-note.ts";
import type { RecordedRoute } from "../workload/found-route.ts";
import { networkComponent } from "../workload/names.ts";

/** The engine's objects that the state knows. */
export interface KnownObjects {
  /** The names of containers, by their ids. */
  containers: ReadonlyMap<string, string>;
  networks: ReadonlySet<string>;
  /** The engine's ids of images, by the names that the program asked for. */
  images: ReadonlyMap<string, string>;
  /** Digests of the files in volumes, by the volume's name, as far as their steps tell them. */
  files: ReadonlyMap<string, string>;
  /** Digest of one's own certificate that the gateway got last; absent if it got none. */
  certificate?: string;
  /** The last run of the step that moves the gateway's route; absent if there was none. */
  route?: RecordedRoute;
  /** The id of the engine that they are on; absent if an older webnet wrote the state. */
  engine?: string;
}

/** The fields of a resource that {@link knownObjects} reads. */
export interface KnownResource {
  type: string;
  outputs?: Record<string, unknown> | undefined;
}

/** Collects the engine's objects from the resources of a state. */
export function knownObjects(resources: readonly KnownResource[]): KnownObjects {
  const ofType = (wanted: string) =>
    resources.filter(({ type }) => type === wanted).map(({ outputs = {} }) => outputs);
  const ids = (type: string) => new Set(ofType(type).map(({ id }) => String(id)));
  const noted = ofType(networkComponent)[0]?.["engineId"];
  const route = ofType(commandType).flatMap(recordedRoute)[0];
  const certificate = ofType(commandType).flatMap(
    (outputs) => recorded(certificateScript.variables.digest, environmentOf(outputs)) ?? [],
  )[0];
  return {
    containers: new Map(ofType(containerType).map(({ id, name }) => [String(id), String(name)])),
    networks: ids(networkType),
    images: new Map(ofType(imageType).map(({ name, imageId }) => [String(name), String(imageId)])),
    files: new Map(ofType(commandType).flatMap(fileDigest)),
    ...(certificate !== undefined && { certificate }),
    ...(route !== undefined && { route }),
    ...(typeof noted === "string" && { engine: noted }),
  };
}

function fileDigest(outputs: Record<string, unknown>): [string, string][] {
  const environment = environmentOf(outputs);
  const digest = recorded(filesScript.variables.digest, environment);
  const volume = recorded(filesScript.variables.volume, environment);
  return digest === undefined || volume === undefined ? [] : [[volume, digest]];
}

function recordedRoute(outputs: Record<string, unknown>): RecordedRoute[] {
  const environment = environmentOf(outputs);
  const { activeRelease, repairs } = routeScript.variables;
  if (environment === undefined || recorded(activeRelease, environment) === undefined) return [];
  return [{ digest: routeDigest(environment), repairs: recorded(repairs, environment) ?? 0 }];
}

/** Collects the engine's objects from an exported state. */
export function knownToState(state: State): KnownObjects {
  return knownObjects(resourcesOf(state));
}
