import type Docker from "dockerode";
import { engineStatus, orMissing } from "../engine/client.ts";
import { deployedColors } from "../release/identity.ts";
import { releaseImages } from "../release/images.ts";
import { configPath, setCommand } from "../settings/commands.ts";
import type { Settings } from "../settings/index.ts";
import type { Problem } from "../settings/problem.ts";

/** What tells two images with the same reference apart, as far as the pull policy lets it be known. */
export interface ImageIdentity {
  /**
   * The engine's own id; known where the policy is `never`, so that a tag which was built anew is a new release, and an
   * nginx that was is a new gateway.
   */
  id?: string;
  /** The registry's digest; known where the policy is `always`. */
  digest?: string;
}

/** The images of a platform: the releases' follow the pull policy, the rest is pulled where it is missing. */
export interface NeededImage {
  reference: string;
  /** Where it stands in the stack config. */
  path: string[];
  release: boolean;
}

const registrySeconds = 10;
const serviceNames = [
  "nginx",
  "mysql",
  "prometheus",
  "nodeExporter",
  "nginxExporter",
  "mysqldExporter",
] as const;

/** Lists every image that an update needs, with the setting that names it. */
export function neededImages(settings: Settings): NeededImage[] {
  const colors = deployedColors(settings);
  const releases = [colors.active, colors.standby].flatMap((color): NeededImage[] => {
    const images = color && releaseImages(settings, color);
    if (color === undefined || images === undefined) return [];
    return [
      { reference: images.backendImage, path: ["colors", color, "backendTag"], release: true },
      { reference: images.frontendImage, path: ["colors", color, "frontendTag"], release: true },
    ];
  });
  const others = serviceNames.map((service): NeededImage => ({
    reference: settings.images[service],
    path: ["images", service],
    release: false,
  }));
  return [...releases, ...others];
}

/** Finds out what is known of the images before anything is touched, and which of them can't be had. */
export async function inspectImages(
  docker: Docker,
  settings: Settings,
  stack: string,
  dryRun: boolean,
): Promise<{ known: Map<string, ImageIdentity>; problems: Problem[]; warnings: string[] }> {
  const known = new Map<string, ImageIdentity>();
  const problems: Problem[] = [];
  const unreachable: string[] = [];
  await Promise.all(
    neededImages(settings).map(async (image) => {
      const { reference } = image;
      const local = await orMissing(docker.getImage(reference).inspect());
      const askRegistry = settings.pullPolicy === "always" && image.release;
      if (settings.pullPolicy === "never") {
        if (local === undefined) problems.push(missingOnEngine(stack, image));
        else if (image.release || image.path[1] === "nginx") known.set(reference, { id: local.Id });
        return;
      }
      if (local !== undefined && !askRegistry) return;
      const answer = await registryDigest(docker, reference, settings);
      if (answer.kind === "refused") problems.push(refused(stack, image, answer.reason));
      else if (answer.kind === "unreachable") unreachable.push(reference);
      else if (askRegistry) known.set(reference, { digest: answer.digest });
    }),
  );
  if (unreachable.length === 0) return { known, problems, warnings: [] };
  // Both colours may have the same one.
  const names = [...new Set(unreachable)].sort();
  const message = `the engine can't reach the registry of: ${names.join(", ")}`;
  if (dryRun) return { known, problems, warnings: [`${message}. The plan takes them as they are named.`] };
  problems.push({
    at: "webnet:pullPolicy",
    what: message,
    got: settings.pullPolicy,
    allowed: "a registry that the engine reaches, or images that it holds with the pull policy never",
    fix: names.map((reference) => `docker pull ${reference}`),
  });
  return { known, problems, warnings: [] };
}

type RegistryAnswer =
  { kind: "found"; digest: string } | { kind: "refused"; reason: string } | { kind: "unreachable" };

async function registryDigest(
  docker: Docker,
  reference: string,
  settings: Settings,
): Promise<RegistryAnswer> {
  const { registry, registryPassword } = settings;
  const auth =
    registry && registryPassword !== undefined && reference.startsWith(`${registry.address}/`)
      ? { authconfig: { ...registry, serveraddress: registry.address, password: registryPassword } }
      : {};
  const signal = AbortSignal.timeout(registrySeconds * 1000);
  try {
    const answer = (await docker.getImage(reference).distribution({ ...auth, abortSignal: signal })) as {
      Descriptor: { digest: string };
    };
    return { kind: "found", digest: answer.Descriptor.digest };
  } catch (error) {
    const status = engineStatus(error);
    if (status === 404 || status === 401 || status === 403) {
      return { kind: "refused", reason: error instanceof Error ? error.message : String(error) };
    }
    return { kind: "unreachable" };
  }
}

function missingOnEngine(stack: string, image: NeededImage): Problem {
  return {
    at: configPath(image.path),
    got: image.reference,
    what: "the engine doesn't hold this image, and the pull policy never forbids to fetch it",
    allowed: "an image that `docker images` lists on the engine",
    fix: [`docker pull ${image.reference}`, setCommand(stack, ["pullPolicy"], "missing")],
  };
}

function refused(stack: string, image: NeededImage, reason: string): Problem {
  return {
    at: configPath(image.path),
    got: image.reference,
    what: `the registry doesn't give this image: ${reason}`,
    allowed: "a tag that the registry has, and credentials that may read it",
    fix: [setCommand(stack, image.path, image.release ? "<tag>" : "<image>")],
  };
}
