import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { ownFolder, projectRoot } from "../../host/project.ts";
import { makeImage } from "../toolchain/images/make-image.ts";
import { buildBackend, buildFrontend } from "./build.ts";
import { hardLink, makeFrontendFiles } from "./files/frontend-files.ts";

const buildFolder = path.join(ownFolder, "sample");
const applicationUser = "10001";

/** The tags of both sample images. An image whose tag names a fault has that fault. */
export const sampleTags = ["v1", "v2", "v3", "unhealthy", "crashing", "failing", "degrading"] as const;

const faults: readonly string[] = ["unhealthy", "crashing", "failing", "degrading"];

/**
 * Makes `webnet.local/sample-backend` and `webnet.local/sample-frontend` in every tag, on the engine at `engineHost`
 * (`unix://…` or `tcp://…`). Skips images that the engine has from the same sources.
 * @param report takes a line for each new image.
 */
export async function buildSampleImages(engineHost: string, report: (line: string) => void): Promise<void> {
  await buildOnce(report);
  const backend = await readFile(path.join(buildFolder, "backend", "backend.mjs"));
  for (const tag of sampleTags) {
    await makeImage({
      engineHost,
      reference: `webnet.local/sample-backend:${tag}`,
      base: "node",
      files: { "/opt/app/backend.mjs": backend },
      config: {
        entrypoint: ["/usr/local/bin/node", "/opt/app/backend.mjs"],
        user: applicationUser,
        workdir: "/opt/app",
        env: { APP_VERSION: tag, APP_FAULT: faults.includes(tag) ? tag : "none" },
        exposedPorts: [8080],
      },
      report,
    });
    await makeImage({
      engineHost,
      reference: `webnet.local/sample-frontend:${tag}`,
      base: "scratch",
      directories: [{ from: path.join(buildFolder, "frontend", tag), to: "/opt/dist" }],
      hardLinks: { [`/opt/dist/${hardLink.name}`]: `/opt/dist/${hardLink.of}` },
      config: { cmd: ["/opt/dist"] },
      report,
    });
  }
}

async function buildOnce(report: (line: string) => void): Promise<void> {
  const stamp = path.join(buildFolder, "source");
  const source = await hashSources();
  if ((await readFile(stamp, "utf8").catch(() => "")) === source) return;
  report("building the sample application");
  await rm(buildFolder, { recursive: true, force: true });
  await mkdir(buildFolder, { recursive: true });
  await buildBackend(path.join(buildFolder, "backend"));
  const made = await makeFrontendFiles(path.join(buildFolder, "made"));
  for (const tag of sampleTags) await buildFrontend(tag, made, path.join(buildFolder, "frontend", tag));
  await writeFile(stamp, source);
}

async function hashSources(): Promise<string> {
  const hash = createHash("sha256").update(sampleTags.join());
  const entries = await readdir(import.meta.dirname, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  for (const file of [...files.sort(), path.join(projectRoot, "package-lock.json")]) {
    hash.update(`${path.relative(projectRoot, file)}\n`).update(await readFile(file));
  }
  return hash.digest("hex");
}
