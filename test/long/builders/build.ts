import { existsSync, globSync, statSync } from "node:fs";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { font } from "../../../dev/sample/files/font.ts";
import { picture } from "../../../dev/sample/files/png.ts";
import { localPaths } from "../../../dev/toolchain/environment.ts";
import { run } from "../../../dev/toolchain/process.ts";
import type { Progress } from "../../../dev/toolchain/step.ts";
import type { Builder } from "./builders.ts";

/** The files of a build, by their paths. */
export type Files = Record<string, Buffer>;

const limitSeconds = 600;
const apps = join(import.meta.dirname, "apps");
/** Large enough that no builder writes it into a stylesheet. */
const side = 64;

/** Installs the builder of an application into `.webnet/builders/<app>`, if that version isn't there. */
export async function install({ app }: Builder, report: Progress): Promise<void> {
  const folder = folderOf(app);
  const wanted = await readFile(join(apps, app, "package.json"), "utf8");
  const stamp = join(folder, "node_modules", ".installed");
  const found = existsSync(stamp) ? await readFile(stamp, "utf8") : "";
  if (found === wanted) return;
  report(`installing ${app}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), wanted);
  await npm(app, "install", ["install", "--no-audit", "--no-fund", "--no-package-lock"], {});
  await writeFile(stamp, wanted);
}

/**
 * Builds one version of an application.
 *
 * @param version appears in the page, in its texts, in the lazily loaded file and in one of the pictures.
 * @returns the files of the finished build.
 */
export async function buildVersion(builder: Builder, version: string, report: Progress): Promise<Files> {
  const { app, sources, copied, output } = builder;
  report(`building version ${version} by ${builder.name}`);
  const folder = folderOf(app);
  for (const left of [output, ".next", ".astro", ".svelte-kit", sources.split("/")[0] ?? "", copied])
    await rm(join(folder, left), { recursive: true, force: true });
  await cp(join(apps, app), folder, { recursive: true });
  await writeFile(join(folder, sources, builder.versionFile), `export const version = "${version}";\n`);
  await writeFile(join(folder, sources, "made.ttf"), font());
  await writeFile(join(folder, sources, "picture.png"), picture(version, side, side));
  await mkdir(join(folder, copied, "assets", "i18n"), { recursive: true });
  await writeFile(join(folder, copied, "favicon.png"), picture("icon", 16, 16));
  await writeFile(
    join(folder, copied, "assets", "i18n", "en.json"),
    JSON.stringify({ text: `texts of ${version}` }),
  );
  const extra = builder.arguments ?? [];
  await npm(
    app,
    `${builder.name}-${version}`,
    ["run", "build", ...(extra.length > 0 ? ["--", ...extra] : [])],
    builder.environment ?? {},
  );
  return await filesIn(join(folder, output === ".next" ? "out" : output));
}

function folderOf(app: string): string {
  return join(localPaths.made, "builders", app);
}

async function npm(
  app: string,
  log: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  await run("npm", args, {
    log: `builders-${app}-${log.toLowerCase().replaceAll(/[^\w.]+/g, "-")}`,
    cwd: folderOf(app),
    env: {
      PATH: `${join(process.execPath, "..")}:${process.env["PATH"] ?? ""}`,
      NEXT_TELEMETRY_DISABLED: "1",
      ASTRO_TELEMETRY_DISABLED: "1",
      NG_CLI_ANALYTICS: "false",
      // Left by the npm that runs the tests: another npm would take it for its own configuration.
      npm_config_user_agent: undefined,
      NODE_ENV: undefined,
      ...environment,
    },
    timeoutSeconds: limitSeconds,
  });
}

async function filesIn(folder: string): Promise<Files> {
  const names = globSync("**/*", { cwd: folder })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();
  if (names.length === 0) throw new Error(`the build left nothing in ${folder}`);
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)),
  );
}
