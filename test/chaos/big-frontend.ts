import type Docker from "dockerode";
import { writeFiles } from "../../engine/volume.ts";

const backend = "webnet.local/sample-backend";
const frontend = "webnet.local/sample-frontend";

/** Makes images with the tag `huge`: v1, whose frontend has one more file of this many megabytes. */
export async function makeHugeFrontend(docker: Docker, megabytes: number): Promise<void> {
  await docker.getImage(`${backend}:v1`).tag({ repo: backend, tag: "huge" });
  const container = await docker.createContainer({ Image: `${frontend}:v1` });
  try {
    const content = "x".repeat(megabytes * 1024 * 1024);
    await writeFiles(container, "/opt/dist/assets", [{ path: "film.mp4", content, mode: 0o444, uid: 0 }]);
    await container.commit({ repo: frontend, tag: "huge" });
  } finally {
    await container.remove({ force: true });
  }
}
