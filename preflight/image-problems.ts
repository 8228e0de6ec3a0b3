import { localRegistry } from "../settings/catalogue.ts";
import { configPath, setCommand } from "../settings/commands.ts";
import type { Settings } from "../settings/index.ts";
import type { Problem } from "../settings/problem.ts";
import { loginFor, registryLogins } from "../settings/registries.ts";
import { registryName, registryOf } from "../settings/registry-names.ts";
import type { NeededImage } from "./needed-images.ts";
import type { Refusal } from "./registry.ts";

/** An image that a registry refuses. */
export interface RefusedImage {
  image: NeededImage;
  refusal: Refusal;
}

/** The problem if the engine lacks an image and can't or may not pull it. */
export function missingOnEngine(stack: string, image: NeededImage): Problem {
  const { path, reference, release } = image;
  const place = { at: configPath(path), got: reference };
  if (registryOf(reference) === localRegistry) {
    return {
      ...place,
      what: "the engine doesn't hold this image, and it is in no registry",
      allowed: "an image that `docker images` lists on the engine, as `npm run setup` makes them",
      fix: [setCommand(stack, path, release ? "<tag>" : "<image>")],
    };
  }
  return {
    ...place,
    what: "the engine doesn't hold this image, and the pull policy never forbids to fetch it",
    allowed: "an image that `docker images` lists on the engine",
    fix: [`docker pull ${reference}`],
    or: [[setCommand(stack, ["pullPolicy"], "missing")]],
  };
}

/** The problems of refused images, each with its fixes. A registry that gives no answer is one problem. */
export function refusalProblems(
  settings: Settings,
  stack: string,
  refused: readonly RefusedImage[],
): Problem[] {
  const ofImages = refused.filter(({ refusal }) => isOfImage(refusal));
  const ofRegistries = Map.groupBy(
    refused.filter(({ refusal }) => !isOfImage(refusal)),
    ({ image, refusal }) => `${refusal.kind} ${registryOf(image.reference)}`,
  );
  return [
    ...ofImages.map((one) => imageProblem(settings, stack, one)),
    ...[...ofRegistries.values()].map((group) => registryProblem(settings, stack, group)),
  ];
}

/** Says in one sentence why the registry refused an image. */
export function refusalInWords({ image, refusal }: RefusedImage): string {
  const registry = registryOf(image.reference);
  const told = {
    "not found": `${registry} has no ${image.reference}`,
    login: `${registry} doesn't give ${image.reference} to whom it is asked by`,
    limited: `${registry} was asked too often, and doesn't say what ${image.reference} is`,
    unreachable: `the engine can't ask ${registry} for ${image.reference}`,
  };
  return `${told[refusal.kind]} (${refusal.reason})`;
}

function isOfImage({ kind }: Refusal): boolean {
  return kind === "not found" || kind === "login";
}

function imageProblem(settings: Settings, stack: string, { image, refusal }: RefusedImage): Problem {
  const { reference, path, release } = image;
  const change = setCommand(stack, path, release ? "<tag>" : "<image>");
  const problem = { at: configPath(path), got: reference };
  if (refusal.kind === "not found") {
    return {
      ...problem,
      what: `the registry has no such image: ${refusal.reason}`,
      allowed: "a tag that the registry has; it may also want a login to show it",
      fix: [change],
    };
  }
  const login = loginFor(reference, registryLogins(settings));
  return {
    ...problem,
    what:
      login === undefined
        ? `the registry ${registryOf(reference)} gives this image to nobody without a login: ${refusal.reason}`
        : `the registry ${registryOf(reference)} doesn't give this image to ${login.username}: ${refusal.reason}`,
    allowed:
      "an image that the login in the stack config may read; some registries say the same where there is none such",
    fix: loginCommands(settings, stack, registryOf(reference)),
    or: [[change]],
  };
}

function registryProblem(settings: Settings, stack: string, group: readonly RefusedImage[]): Problem {
  const [first] = group;
  if (first === undefined) throw new Error("no image was refused");
  const { refusal, image } = first;
  const registry = registryOf(image.reference);
  const references = [...new Set(group.map(({ image: { reference } }) => reference))].sort();
  const pulls = references.map((reference) => `docker pull ${reference}`);
  const problem = { at: configPath(image.path), got: references.join(", ") };
  if (refusal.kind === "limited") {
    const isKnown = loginFor(image.reference, registryLogins(settings)) !== undefined;
    return {
      ...problem,
      what: `the registry ${registry} was asked too often: ${refusal.reason}`,
      allowed: isKnown
        ? "to wait until the limit of this login is over, or images that the engine holds"
        : "a login, which has a higher limit; to wait; or images that the engine holds",
      ...(isKnown ? { fix: pulls } : { fix: loginCommands(settings, stack, registry), or: [pulls] }),
    };
  }
  return {
    ...problem,
    what: `the engine can't reach the registry ${registry}: ${refusal.reason}`,
    allowed: "a registry that the engine reaches, or images that it holds with the pull policy missing",
    fix: [...pulls, setCommand(stack, ["pullPolicy"], "missing")],
  };
}

/** The commands that set the login of a registry, whether the stack config has a login for it or not. */
function loginCommands(settings: Settings, stack: string, registry: string): string[] {
  const { registry: one, registries = [] } = settings;
  const secret = "--secret";
  const found = registries.findIndex(({ address }) => registryName(address) === registry);
  if (found < 0 && (one === undefined || registryName(one.address) === registry)) {
    return [
      ...(one === undefined ? [setCommand(stack, ["registry", "address"], registry)] : []),
      setCommand(stack, ["registry", "username"], "<user>"),
      setCommand(stack, ["registryPassword"], "", secret),
    ];
  }
  const position = found < 0 ? registries.length : found;
  const address = registries[found]?.address ?? registry;
  return [
    ...(found < 0 ? [setCommand(stack, ["registries", position, "address"], registry)] : []),
    setCommand(stack, ["registries", position, "username"], "<user>"),
    setCommand(stack, ["registryPasswords", address], "", secret),
  ];
}
