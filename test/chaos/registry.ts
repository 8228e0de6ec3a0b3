import type Docker from "dockerode";
import { sampleTags } from "../../dev/sample/images.ts";
import { catalogues } from "../../settings/catalogue.ts";
import { freePort } from "../../dev/platform/ports.ts";
import { TestRegistry, type Mood } from "../integration/support/registry.ts";
import type { Settings } from "./stack-file.ts";

/** The ways in which the registry can fail. */
export const badMoods: readonly (readonly [what: string, mood: Mood])[] = [
  ["down", "closed"],
  ["answering 429", { status: 429, code: "TOOMANYREQUESTS" }],
  ["answering 500", { status: 500 }],
  ["without the tags", { status: 404, code: "MANIFEST_UNKNOWN" }],
];

/**
 * Starts a registry with the sample images. Like an operator's registry, it resolves the tags in every update.
 *
 * @param docker the engine that has the images
 * @param further tags that exist only for the fault test
 */
export async function sampleRegistry(docker: Docker, further: readonly string[]): Promise<TestRegistry> {
  const registry = new TestRegistry(await freePort());
  for (const tag of [...sampleTags, ...further]) {
    await registry.take(docker, `${catalogues.local.backend ?? ""}:${tag}`, "backend", tag);
    await registry.take(docker, `${catalogues.local.frontend ?? ""}:${tag}`, "frontend", tag);
  }
  await registry.set("well");
  return registry;
}

/** Settings that pull the application's images from a registry. The platform's own images are on the engine. */
export function imagesFrom({ address }: TestRegistry): Settings {
  return {
    imageCatalogue: "upstream",
    pullPolicy: "always",
    images: {
      ...catalogues.local,
      backend: `${address}/backend`,
      frontend: `${address}/frontend`,
    },
  };
}
