import type Docker from "dockerode";
import { orMissing } from "../engine/client.ts";
import { deployedColors, identifyRelease } from "../release/identity.ts";
import { partKinds } from "../release/parts.ts";
import type { Color, Settings } from "../settings/index.ts";
import type { PartName } from "../settings/parts.ts";
import type { Problem } from "../settings/problem.ts";
import { registryLogins } from "../settings/registries.ts";
import {
  imageName,
  type ImageIdentity,
  type KnownImages,
  type ReleaseIdentities,
} from "../workload/known-images.ts";
import type { Platform } from "../workload/platform.ts";
import { missingOnEngine, refusalInWords, refusalProblems, type RefusedImage } from "./image-problems.ts";
import { colorImages, serviceImages, type NeededImage, type NeededPart } from "./needed-images.ts";
import { askRegistry, type RegistryAnswer } from "./registry.ts";
import { identitiesOf, notedIdentities, type Looked } from "./identities.ts";
import { releasesThere, type ReleasesThere } from "./releases-there.ts";

/** What the look at the images found. */
export interface ImageFinding {
  known: KnownImages;
  problems: Problem[];
  warnings: string[];
}

/** What the look at the images needs to know. */
export interface ImageContext {
  docker: Docker;
  platform: Pick<Platform, "stack" | "prefix" | "settings">;
  dryRun: boolean;
  /** The engine's ids of the images in the state, by the names that the program asked for. */
  inState: () => Promise<ReadonlyMap<string, string>>;
}

/**
 * Identifies the images before the update touches anything, and finds those that can't be had. It asks a registry only
 * what the update needs: a release that exists goes on as it is, whatever its registry says.
 */
export async function inspectImages(context: ImageContext): Promise<ImageFinding> {
  const look = new ImageLook(context);
  const { active, standby } = deployedColors(context.platform.settings);
  await Promise.all([
    ...[active, standby].map((color) => color && look.release(color)),
    ...serviceImages(context.platform.settings).map((image) => look.service(image)),
  ]);
  return await look.finding();
}

class ImageLook {
  readonly #context: ImageContext;
  readonly #releases: Partial<Record<Color, ReleaseIdentities>> = {};
  #nginx: ImageIdentity | undefined;
  readonly #problems: Problem[] = [];
  readonly #refused: RefusedImage[] = [];
  readonly #warnings: string[] = [];
  /** Images that are gone, but whose container or files exist, by name with the id. `#needed`: those still needed. */
  readonly #spared = new Map<string, string>();
  readonly #needed = new Set<string>();
  readonly #held = new Map<string, Promise<string | undefined>>();
  readonly #answers = new Map<string, Promise<RegistryAnswer>>();
  #there: Promise<ReleasesThere> | undefined;

  constructor(context: ImageContext) {
    this.#context = context;
  }

  /** Identifies a colour's release, and checks that everything it needs exists or can be had. */
  async release(color: Color): Promise<void> {
    const images = colorImages(this.#settings, color);
    if (images === undefined) return;
    const looked = await Promise.all(images.map((image) => this.#look(image)));
    const fresh = identitiesOf(looked);
    const isWhole = looked.every(({ refusal }) => refusal === undefined);
    const identities = isWhole ? fresh : await this.#ofReleaseThere(color, looked);
    this.#releases[color] = identities ?? fresh;
    if (identities === undefined) {
      for (const one of looked) this.#refuse(one);
      return;
    }
    for (const one of looked) await this.#mustBeHad(color, one, identities[one.image.part]);
  }

  /** Checks an image of the platform itself. It is needed if the engine holds neither it nor the one in the state. */
  async service(image: NeededImage): Promise<void> {
    const id = (await this.#idOf(image.reference)) ?? (await this.#idInState(image.reference));
    const isNever = this.#settings.pullPolicy === "never";
    if (isNever && id !== undefined && image.path.at(-1) === "nginx") this.#nginx = { id };
    if (id !== undefined) return;
    if (isNever) this.#problems.push(missingOnEngine(this.#stack, image));
    else await this.#mustBeInRegistry(image);
  }

  async finding(): Promise<ImageFinding> {
    const inState = this.#spared.size > 0 ? await this.#context.inState() : new Map<string, string>();
    const gone = [...this.#spared].filter(([name]) => !this.#needed.has(name) && !inState.has(name));
    return {
      known: {
        releases: this.#releases,
        ...(this.#nginx && { nginx: this.#nginx }),
        unneeded: new Map(gone),
      },
      problems: [...this.#problems, ...refusalProblems(this.#settings, this.#stack, this.#refused)],
      warnings: [...new Set(this.#warnings)].sort(),
    };
  }

  get #settings(): Settings {
    return this.#context.platform.settings;
  }

  get #stack(): string {
    return this.#context.platform.stack;
  }

  /** Identifies an image by what the pull policy compares. */
  async #look(image: NeededPart): Promise<Looked> {
    if (this.#settings.pullPolicy === "missing") return { image };
    if (this.#settings.pullPolicy === "never") {
      const id = await this.#idOf(image.reference);
      return id === undefined ? { image, refusal: "not on the engine" } : { image, identity: { id } };
    }
    const answer = await this.#ask(image.reference);
    return "digest" in answer
      ? { image, identity: { digest: answer.digest } }
      : { image, refusal: answer.refusal };
  }

  /**
   * Finds the release that the settings describe among the published ones, if an image can't be identified. A release's
   * id covers the identities of its images, so no other release can match.
   */
  async #ofReleaseThere(color: Color, looked: readonly Looked[]): Promise<ReleaseIdentities | undefined> {
    const there = await this.#releasesThere();
    const fresh = identitiesOf(looked);
    for (const note of there.notes) {
      const noted = notedIdentities(this.#settings, note, there.services.get(note.release));
      const identities = { ...noted, ...fresh };
      if (this.#idWith(color, identities) !== note.release) continue;
      for (const { image, refusal } of looked) {
        if (refusal !== undefined && refusal !== "not on the engine")
          this.#warnings.push(
            `${refusalInWords({ image, refusal })}. It is taken for what it was in ${note.release}.`,
          );
      }
      return identities;
    }
    return undefined;
  }

  #idWith(color: Color, identities: ReleaseIdentities): string | undefined {
    const images = { releases: { [color]: identities }, unneeded: new Map<string, string>() };
    // A release's id does not depend on the kernel.
    const platform = { ...this.#context.platform, images, canMigrateConnections: false };
    return identifyRelease(platform, color)?.id;
  }

  /** Checks that what is made of an image exists or can be made. */
  async #mustBeHad(color: Color, looked: Looked, identity: ImageIdentity | undefined): Promise<void> {
    const { image } = looked;
    const name = imageName(image.reference, identity);
    if ((await this.#idOf(name)) !== undefined) return;
    const release = this.#idWith(color, this.#releases[color] ?? {}) ?? "";
    const engineId = await this.#madeOf(release, image.part, name);
    if (engineId !== undefined) {
      this.#spared.set(name, engineId);
      return;
    }
    this.#needed.add(name);
    if (looked.refusal !== undefined) this.#refuse(looked);
    else if (this.#settings.pullPolicy === "missing") await this.#mustBeInRegistry(image);
  }

  /** The id of the image that a release's part was made of; undefined if that part doesn't exist. */
  async #madeOf(release: string, part: PartName, name: string): Promise<string | undefined> {
    const there = await this.#releasesThere();
    if (partKinds[part] === "service") return there.services.get(release);
    if (!(await there.isPublished(release))) return undefined;
    // Nothing uses the image of a published frontend any more: its name will do if the note has no id.
    const note = there.notes.find((one) => one.release === release);
    return note?.parts.find((one) => one.name === part)?.imageId ?? name;
  }

  async #mustBeInRegistry(image: NeededImage): Promise<void> {
    const answer = await this.#ask(image.reference);
    if ("digest" in answer) return;
    const { refusal } = answer;
    if (refusal.kind === "not found" || refusal.kind === "login") this.#refused.push({ image, refusal });
    // A pull may go another way than this question, for example through a mirror.
    else this.#warnings.push(`${refusalInWords({ image, refusal })}. The update tries to pull it.`);
  }

  #refuse({ image, refusal }: Looked): void {
    if (refusal === undefined) return;
    if (refusal === "not on the engine") this.#problems.push(missingOnEngine(this.#stack, image));
    else if (this.#context.dryRun && (refusal.kind === "unreachable" || refusal.kind === "limited"))
      this.#warnings.push(`${refusalInWords({ image, refusal })}. The plan takes it as it is named.`);
    else this.#refused.push({ image, refusal });
  }

  /** The id of an image in the state, if the engine still holds an image of that id. */
  async #idInState(name: string): Promise<string | undefined> {
    const known = (await this.#context.inState()).get(name);
    return known === undefined ? undefined : await this.#idOf(known);
  }

  /** The id of an image on the engine, by any of its names or by its id; undefined if the engine lacks it. */
  async #idOf(name: string): Promise<string | undefined> {
    const known =
      this.#held.get(name) ??
      orMissing(this.#context.docker.getImage(name).inspect()).then((image) => image?.Id);
    this.#held.set(name, known);
    return await known;
  }

  async #ask(reference: string): Promise<RegistryAnswer> {
    const answer =
      this.#answers.get(reference) ??
      askRegistry(this.#context.docker, reference, registryLogins(this.#settings));
    this.#answers.set(reference, answer);
    return await answer;
  }

  async #releasesThere(): Promise<ReleasesThere> {
    this.#there ??= releasesThere(this.#context.docker, this.#context.platform).then((there) => {
      for (const name of there.unreadable)
        this.#warnings.push(`the note ${name} of a release can't be read, and tells nothing of its images`);
      return there;
    });
    return await this.#there;
  }
}
