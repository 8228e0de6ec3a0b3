import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { projectRoot } from "../../host/project.ts";

/** The stack config file of the embedded default. */
export const localConfig = join(projectRoot, "Pulumi.local.yaml");

const memorySchema = z.object({
  config: z.object({
    "webnet:gateway": z.object({ limits: z.object({ memoryMegabytes: z.number() }) }),
  }),
});

/** The gateway's memory in {@link localConfig}, in MB, which its bounds follow from. */
export const localGatewayMegabytes = memorySchema.parse(parse(readFileSync(localConfig, "utf8"))).config[
  "webnet:gateway"
].limits.memoryMegabytes;
