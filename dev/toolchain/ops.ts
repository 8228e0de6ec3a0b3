import { mainOps, type TrialPlatform } from "../../ops/ops.ts";
import { childEnvironment, isEmbedded, localStack } from "./environment.ts";
import { setUp } from "./setup.ts";
import { tidyStackFile } from "./stack-file.ts";

const trial: TrialPlatform = {
  stack: localStack,
  holds: isEmbedded,
  environment: childEnvironment,
  setUp: async () => {
    await setUp({ images: false });
  },
  tidy: tidyStackFile,
};

await mainOps(trial);
