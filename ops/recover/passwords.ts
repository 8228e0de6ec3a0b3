import type Docker from "dockerode";
import { runningGateway } from "../../gateway/live.ts";
import { readText, readTexts } from "../../engine/archive.ts";
import { orMissing } from "../../engine/client.ts";
import { liveLink } from "../../engine/file-set-steps.ts";
import { withVolume } from "../../engine/volume.ts";
import { filesVolumeName } from "../../workload/names.ts";
import type { Target } from "../target.ts";
import { messageOf } from "../../host/message.ts";
import { copyLabels, ofStack, roles } from "../../workload/labels.ts";
import { backendPasswordFile, backendSecrets } from "../../release/secrets.ts";
import { healthClientFile, rootPasswordFile } from "../../render/mysql/layout.ts";
import { mysqlSecrets } from "../../services/mysql.ts";
import { recoverLine } from "../../settings/commands.ts";

/** The place where the platform keeps a generated secret. */
interface Source {
  /** The place in words, by the stack's prefix. */
  where: (prefix: string) => string;
  /** Undefined if the secret was never used. */
  read: (docker: Docker, target: Target, image: string) => Promise<string | undefined>;
}

const inFile = (purpose: string, file: string, pattern = /^(\w+)\s*$/): Source => ({
  where: (prefix) => `${file} in the volume ${filesVolumeName(prefix, purpose)}`,
  read: async (docker, target, image) => {
    const volume = filesVolumeName(target.prefix, purpose);
    const content = await readFile(docker, target, { image, volume }, file);
    if (content === undefined) return undefined;
    const secret = pattern.exec(content)?.[1];
    if (secret === undefined) throw new Error("it has no password");
    return secret;
  },
});

/** Where each generated secret is kept, by the logical name of its resource. A new one belongs here too. */
const sources: Readonly<Record<string, Source>> = {
  "infrastructure-root-password": inFile(mysqlSecrets, rootPasswordFile),
  "infrastructure-monitoring-password": inFile(
    mysqlSecrets,
    healthClientFile,
    /^password\s*=\s*"?(\w+)"?\s*$/m,
  ),
  "infrastructure-user-password": inFile(backendSecrets, backendPasswordFile),
  "gateway-guard-token": { where: () => "the gateway's record of what it serves", read: guardToken },
};

/**
 * Reads a generated secret back. A new secret wouldn't fit the data.
 *
 * @param image any image that the engine holds. Its container is never started.
 * @returns undefined if the platform never used the secret: a new one is then fine.
 * @throws Error that names the place, never the secret.
 */
export async function readPassword(
  docker: Docker,
  target: Target,
  image: string,
  logicalName: string,
): Promise<string | undefined> {
  const source = sources[logicalName];
  if (source === undefined) throw new Error(`nobody knows where the secret ${logicalName} is kept`);
  try {
    return await source.read(docker, target, image);
  } catch (error) {
    throw new Error(
      `the secret ${logicalName} can't be read back from ${source.where(target.prefix)}: ${messageOf(error)}. It is not in the state, ` +
        "and what recover wrote there before is right and stays. Mend that, then: " +
        recoverLine(target),
      { cause: error },
    );
  }
}

async function guardToken(docker: Docker, target: Target): Promise<string | undefined> {
  const label = ofStack(target.stack, roles.gateway);
  if ((await docker.listContainers({ all: true, filters: { label } })).length === 0) return undefined;
  const running = await runningGateway(docker, target.stack);
  if (running === undefined) throw new Error("the gateway doesn't run: start it first");
  return (await running.gateway.servingRecord()).guardToken;
}

async function readFile(
  docker: Docker,
  target: Target,
  { image, volume }: { image: string; volume: string },
  file: string,
): Promise<string | undefined> {
  // The engine would create a missing volume together with the container.
  if ((await orMissing(docker.getVolume(volume).inspect())) === undefined) return undefined;
  const labels = copyLabels(target);
  return await withVolume(docker, { image, volume, labels }, async (container, path) => {
    // A link, and so without content of its own. What an earlier webnet wrote is the file itself.
    const [plain] = await readTexts(container, `${path}/${file}`);
    return plain?.content ?? (await readText(container, `${path}/${liveLink}/${file}`));
  });
}
