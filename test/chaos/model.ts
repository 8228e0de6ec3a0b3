import { localGatewayMegabytes } from "../../dev/platform/local-config.ts";

/** One of the two colours. */
export type Color = "blue" | "green";

/** Tags of releases that serve. */
export const goodTags = ["v1", "v2", "v3"] as const;

/**
 * Tags of bad releases: `unhealthy` never turns healthy, `failing` is healthy and answers 500, `crashing` is healthy
 * and dies after 5 s, the registry doesn't have `v99`, and the frontend of `huge` doesn't fit on the disk.
 */
export type BadTag = "unhealthy" | "failing" | "crashing" | "v99" | "huge";

/** A tag of the sample images. */
export type Tag = (typeof goodTags)[number] | BadTag;

/** The settings of the stack config that steps change. */
export interface Config {
  active: Color;
  tags: Record<Color, Tag>;
  standby: "warm" | "off";
  /** True if a smoke check asks for a path that no release has. */
  smokeFails: boolean;
  /** True if the backends of both colours exit as soon as they start. */
  exitsAtStart: boolean;
  /** Memory limit of the gateway. A change makes the update replace the nginx container. */
  gatewayMegabytes: number;
  /** Containers of each release's backend. */
  replicas: 1 | 2;
}

/** The release that answers at the public address. */
export interface Serving {
  color: Color;
  tag: Tag;
}

/** The release of one colour, as the model knows it. */
export interface ModelRelease extends Serving {
  exitsAtStart: boolean;
}

/** Why an update fails. */
export type Reason = "missing image" | "unhealthy" | "exits" | "smoke check";

/** Blue serves v1 and green stands by with v1, like the embedded default. */
export const initialConfig: Config = {
  active: "blue",
  tags: { blue: "v1", green: "v1" },
  standby: "warm",
  smokeFails: false,
  exitsAtStart: false,
  gatewayMegabytes: localGatewayMegabytes,
  replicas: 1,
};

/** The colour that isn't active. */
export function otherColor(color: Color): Color {
  return color === "blue" ? "green" : "blue";
}

/** What the platform should look like. Steps tell it what they do; it never asks the platform. */
export class Model {
  config: Config = initialConfig;
  /** The last config whose update succeeded. */
  good: Config = initialConfig;
  serving: Serving = { color: "blue", tag: "v1" };
  /** Containers of failed updates. The next good update removes them. */
  leftovers: ModelRelease[] = [];
  liveRestore: boolean;
  /** Failed updates since the last good one. */
  brokenSteps = 0;

  constructor(liveRestore: boolean) {
    this.liveRestore = liveRestore;
  }

  /** True if the last update succeeded. */
  get isClean(): boolean {
    return this.config === this.good;
  }

  /** True if a step may change the config. After two failed updates only a revert is of interest. */
  get mayChange(): boolean {
    return this.isClean || this.brokenSteps < 2;
  }

  /** The containers that run under a config, each by its release. */
  static containers(config: Config): ModelRelease[] {
    return Model.releases(config).flatMap((release) =>
      Array.from({ length: config.replicas }, () => release),
    );
  }

  /** The releases that run under a config. */
  static releases({ active, tags, standby, exitsAtStart }: Config): ModelRelease[] {
    const colors = standby === "warm" ? [active, otherColor(active)] : [active];
    return colors.map((color) => ({ color, tag: tags[color], exitsAtStart }));
  }

  /** Why an update to a config will fail. Undefined if it will succeed. */
  predict(config: Config): Reason | undefined {
    const releases = Model.releases(config);
    // Preflight looks for the images before the update creates anything, so this error comes first.
    if (releases.some(({ tag }) => tag === "v99")) return "missing image";
    if (config.exitsAtStart) return "exits";
    if (releases.some(({ tag }) => tag === "unhealthy")) return "unhealthy";
    if (!this.movesRoute(config) && !this.boundsAnew(config)) return undefined;
    return config.smokeFails || config.tags[config.active] === "failing" ? "smoke check" : undefined;
  }

  /** True if an update to this config routes to another release. */
  movesRoute({ active, tags }: Config): boolean {
    return this.serving.color !== active || this.serving.tag !== tags[active];
  }

  /**
   * True if an update to this config changes the gateway's bounds, or how many containers it routes to: a new generation,
   * which needs the smoke check.
   */
  boundsAnew({ gatewayMegabytes, replicas }: Config): boolean {
    return gatewayMegabytes !== this.good.gatewayMegabytes || replicas !== this.good.replicas;
  }

  /** Records that an update to this config succeeded. */
  updated(config: Config): void {
    this.config = config;
    this.good = config;
    this.serving = { color: config.active, tag: config.tags[config.active] };
    this.leftovers = [];
    this.brokenSteps = 0;
  }

  /** Records that an update to this config failed. */
  failed(config: Config): void {
    this.config = config;
    this.leftovers = [...this.leftovers, ...Model.containers(config)];
    this.brokenSteps += 1;
  }

  /** The serving release in words, e.g. `blue v1`. */
  get servingText(): string {
    return servingText(this.serving);
  }
}

/** A release in words, e.g. `blue v1`. */
export function servingText({ color, tag }: Serving): string {
  return `${color} ${tag}`;
}
