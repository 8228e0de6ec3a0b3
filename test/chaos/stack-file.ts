import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { Color, Config } from "./model.ts";
import type { CliPlace } from "./update.ts";

type Values = Record<string, unknown>;

/** Settings by their key below `webnet:`: a text is a setting, an object holds further values of one. */
export type Settings = Record<string, object | string>;

/** The file of the stack that the steps change. */
export class StackFile {
  private readonly file: string;
  private readonly base: { config: Values };

  private constructor(file: string, base: { config: Values }) {
    this.file = file;
    this.base = base;
  }

  /**
   * Takes a platform's file, and sets what the fault test needs.
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
    merge(base.config, "mysql", { dataVolume: volumes.mysql });
    merge(base.config, "monitoring", { dataVolume: volumes.prometheus });
    // Volumes lie on a small file system, and that it is full is to be met here and not foreseen.
    merge(base.config, "engine", { minimumFreeDiskMegabytes: 0 });
    merge(base.config, "gateway", { drainSeconds });
    // The drain alone is to let requests end: a backend that is told to stop has little time for it.
    merge(base.config, "backend", { stopSeconds: 3 });
    // Its check starts a client each time; every second would be a good part of the whole load.
    (base.config["webnet:mysql"] as { health: { intervalSeconds: number } }).health.intervalSeconds = 3;
    await writeFile(file, stringify(base));
    return new StackFile(file, base);
  }

  /** Writes what a step wants, and further settings. */
  async write(config: Config, further: Settings = {}): Promise<void> {
    const whole = structuredClone(this.base);
    const { limits } = whole.config["webnet:gateway"] as { limits: { memoryMegabytes: number } };
    limits.memoryMegabytes = config.gatewayMegabytes;
    const tags = ({ tags }: Config, color: Color) => ({ backendTag: tags[color], frontendTag: tags[color] });
    whole.config["webnet:activeColor"] = config.active;
    whole.config["webnet:standby"] = config.standby;
    whole.config["webnet:colors"] = { blue: tags(config, "blue"), green: tags(config, "green") };
    if (config.smokeFails) {
      const gateway = whole.config["webnet:gateway"] as { smoke: { paths: string[] } };
      gateway.smoke.paths.push("/api/there-is-no-such-path");
    }
    // Node refuses to start with an option that it doesn't know.
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
