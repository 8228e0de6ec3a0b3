import type Docker from "dockerode";
import { z } from "zod";
import { within } from "../../engine/bound.ts";
import type { HeldImage } from "./plan.ts";
import { ofEveryStack } from "../../workload/labels.ts";

/** The engine's answer about an image. A missing field is an error, because it doesn't mean an empty one. */
const listedSchema = z.array(
  z.object({
    Id: z.string().min(1),
    Size: z.number(),
    // An older engine says -1 here. Only its disk usage (docker.df) has the value.
    SharedSize: z.number(),
    RepoTags: z.array(z.string()).nullable(),
    RepoDigests: z.array(z.string()).nullable(),
  }),
);

const accountSchema = z.object({ Images: z.array(z.object({ Id: z.string(), SharedSize: z.number() })) });

/** Timeout of the disk usage, in seconds: for it the engine adds up the sizes of all volumes. */
const accountSeconds = 600;

/** The client's types lack this parameter. */
const withShared: object = { "shared-size": true };

/**
 * Returns the images that the engine holds, with the bytes that each shares with no other image.
 *
 * @throws Error if the engine's answer has an unknown form: a missing value must not count as nothing.
 */
export async function heldImages(docker: Docker): Promise<HeldImage[]> {
  const images = understood(listedSchema, await docker.listImages(withShared), "its images");
  const shared = images.some(({ SharedSize }) => SharedSize < 0)
    ? await accountOf(docker)
    : new Map<string, number>();
  return images.map(({ Id, Size, SharedSize, RepoTags, RepoDigests }) => ({
    id: Id,
    references: [...(RepoTags ?? []), ...(RepoDigests ?? [])].filter(
      (reference) => !reference.startsWith("<none>"),
    ),
    bytes: Size - Math.max(0, shared.get(Id) ?? SharedSize),
  }));
}

async function accountOf(docker: Docker): Promise<Map<string, number>> {
  const bound = { totalSeconds: accountSeconds };
  const account = await within<unknown>("the engine's account of its disk", bound, () => docker.df());
  const { Images } = understood(accountSchema, account, "what its images take");
  return new Map(Images.map(({ Id, SharedSize }) => [Id, SharedSize]));
}

const containersSchema = z.array(
  z.object({ ImageID: z.string().min(1), Labels: z.record(z.string(), z.string()) }),
);

/** Returns all containers of the engine, with the fields that show what is in use. */
export async function heldContainers(docker: Docker): Promise<z.output<typeof containersSchema>> {
  return understood(containersSchema, await docker.listContainers({ all: true }), "its containers");
}

const volumesSchema = z.object({
  // Older engines answer null if there is no volume.
  Volumes: z
    .array(z.object({ Name: z.string().min(1), Labels: z.record(z.string(), z.string()).nullable() }))
    .nullable(),
});

/** Returns the engine's volumes of a role, of all stacks. */
export async function heldVolumes(
  docker: Docker,
  role: string,
): Promise<{ name: string; labels: Record<string, string> }[]> {
  const listed: unknown = await docker.listVolumes({ filters: { label: ofEveryStack(role) } });
  const { Volumes } = understood(volumesSchema, listed, "its volumes");
  return (Volumes ?? []).map(({ Name, Labels }) => ({ name: Name, labels: Labels ?? {} }));
}

function understood<T extends z.ZodType>(schema: T, answer: unknown, what: string): z.output<T> {
  const { data, error } = schema.safeParse(answer);
  if (error === undefined) return data;
  throw new Error(
    `the engine tells of ${what} in a way that isn't known here, and nothing is removed: ${z.prettifyError(error)}`,
  );
}
