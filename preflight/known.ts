import { resourcesOf, type State } from "../pulumi/state.ts";
import { networkComponent } from "../workload/names.ts";

/** What the state knows, by Pulumi's types. */
export interface KnownObjects {
  containers: ReadonlySet<string>;
  networks: ReadonlySet<string>;
  /** The engine's ids of images, by the names that they were asked for by. */
  images: ReadonlyMap<string, string>;
  /** The id of the engine that they are on; absent where an older version made the state. */
  engine?: string;
}

/** A resource, as far as it tells what is known. */
export interface KnownResource {
  type: string;
  outputs?: Record<string, unknown> | undefined;
}

/** What a state's resources say that it knows. */
export function knownObjects(resources: readonly KnownResource[]): KnownObjects {
  const ofType = (wanted: string) =>
    resources.filter(({ type }) => type === wanted).map(({ outputs = {} }) => outputs);
  const ids = (type: string) => new Set(ofType(type).map(({ id }) => String(id)));
  const noted = ofType(networkComponent)[0]?.["engineId"];
  return {
    containers: ids("docker:index/container:Container"),
    networks: ids("docker:index/network:Network"),
    images: new Map(
      ofType("docker:index/remoteImage:RemoteImage").map(({ name, imageId }) => [
        String(name),
        String(imageId),
      ]),
    ),
    ...(typeof noted === "string" && { engine: noted }),
  };
}

/** What an exported state knows. */
export function knownToState(state: State): KnownObjects {
  return knownObjects(resourcesOf(state));
}
