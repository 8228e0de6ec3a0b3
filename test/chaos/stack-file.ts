import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { Color, Config } from "./model.ts";
import type { CliPlace } from "./update.ts";

type Values = Record<string, unknown>;

/** Settings by their key below `webnet:`. A text is the whole value, an object is merged into the existing value. */
export type Settings = Record<string, object | string>;

/** The stack config that the steps change. */
export class StackFile {
  private readonly file: string;
  private readonly base: { config: Values };

  private constructor(file: string, base: { config: Values }) {
    this.file = file;
    this.base = base;
  }

  /**
   * Takes a platform's stack config and adds the settings that the fault test needs.
   *
   * @param volumes names of the data volumes
   * @param images settings of the images
   */
  static async of(
    { directory, stack }: CliPlace,
    {
      drainSeconds,
      volumes,
      images,
    }: { drainSeconds: number; volumes: { mysql: string; prometheus: string }; images: Settings },
  ): Promise<StackFile> {
    const file = join(directory, `Pulumi.${stack}.yaml`);
    const base = parse(await readFile(file, "utf8")) as { config: Values };
    for (const [key, values] of Object.entries(images)) merge(base.config, key, values);
    // Two containers of each of four releases, which failed updates leave for a while, have ten connections each.
    merge(base.config, "mysql", { dataVolume: volumes.mysql, maxConnections: 100 });
    merge(base.config, "monitoring", { dataVolume: volumes.prometheus });
    // The volumes are on a small file system. Preflight must not refuse the update: it has to hit the full disk.
    merge(base.config, "engine", { minimumFreeDiskMegabytes: 0 });
    merge(base.config, "gateway", { drainSeconds });
    // Only the drain may protect long requests, so a backend gets little time to stop.
    merge(base.config, "backend", { stopSeconds: 3 });
    await writeFile(file, stringify(base));
    return new StackFile(file, base);
  }

  /** Writes a step's config and further settings. */
  async write(config: Config, further: Settings = {}): Promise<void> {
    const whole = structuredClone(this.base);
    const { limits } = whole.config["webnet:gateway"] as { limits: { memoryMegabytes: number } };
    limits.memoryMegabytes = config.gatewayMegabytes;
    const tags = ({ tags }: Config, color: Color) => ({ backendTag: tags[color], frontendTag: tags[color] });
    whole.config["webnet:activeColor"] = config.active;
    whole.config["webnet:standby"] = config.standby;
    whole.config["webnet:colors"] = { blue: tags(config, "blue"), green: tags(config, "green") };
    if (config.replicas > 1) merge(whole.config, "backend", { replicas: config.replicas });
    if (config.smokeFails) {
      const gateway = whole.config["webnet:gateway"] as { smoke: { paths: string[] } };
      gateway.smoke.paths.push("/api/there-is-no-such-path");
    }
    // Node refuses to start with an unknown option.
    if (config.exitsAtStart)
      merge(whole.config, "backend", { environment: { NODE_OPTIONS: "--no-such-option" } });
    for (const [key, values] of Object.entries(further)) merge(whole.config, key, values);
    await writeFile(this.file, stringify(whole));
  }
}

function merge(config: Values, key: string, values: object | string): void {
  const name = `webnet:${key}`;
  config[name] = typeof values === "string" ? values : { ...(config[name] as object), ...values };
}
