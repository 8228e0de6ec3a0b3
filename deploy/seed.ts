import tar from "tar-stream";
import { sendArchive } from "../engine/archive.ts";
import { seedScript } from "../contract/volumes.ts";
import { connectEngine } from "../engine/client.ts";
import { execInVolume } from "../engine/run.ts";
import { withVolume } from "../engine/volume.ts";
import { bootstrapGeneration, renderBootstrap } from "../render/nginx.ts";
import { configHome, gatewayPorts, nginxUid } from "../gateway/layout.ts";
import type { GenerationRecord } from "../gateway/record.ts";
import { copyTarget, runScript } from "./input.ts";

const bootstrap: GenerationRecord = {
  generation: bootstrapGeneration,
  digest: bootstrapGeneration,
  keptReleases: [],
};

/** Gives a new gateway volume the configuration of a platform without a release. A volume in use stays as it is. */
await runScript(seedScript, async (given) => {
  const docker = connectEngine();
  const target = copyTarget(given);
  const seeded = await execInVolume(docker, target, [
    "sh",
    "-c",
    `[ -e ${configHome}/current ] && echo yes || echo no`,
  ]);
  if (seeded.trim() === "yes") return;
  const owner = { uid: nginxUid, gid: nginxUid };
  const directory = { type: "directory", mode: 0o755, ...owner } as const;
  const pack = tar.pack();
  pack.entry({ name: configHome, ...directory });
  pack.entry({ name: `${configHome}/generations`, ...directory });
  pack.entry({ name: `${configHome}/generations/${bootstrapGeneration}`, ...directory });
  const files = {
    ...renderBootstrap({ listenPort: gatewayPorts.public }),
    "record.json": JSON.stringify(bootstrap),
  };
  for (const [name, content] of Object.entries(files)) {
    pack.entry(
      { name: `${configHome}/generations/${bootstrapGeneration}/${name}`, mode: 0o444, ...owner },
      content,
    );
  }
  pack.entry({
    name: `${configHome}/current`,
    type: "symlink",
    linkname: `generations/${bootstrapGeneration}`,
    ...owner,
  });
  pack.finalize();
  await withVolume(docker, target, async (container, path) => {
    await sendArchive(container, path, pack);
  });
});
