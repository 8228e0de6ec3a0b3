/** The two colours. */
export type Color = "blue" | "green";

/** Tags that serve, by their versions. */
export const goodTags = ["v1", "v2", "v3"] as const;

/**
 * Tags that don't: never healthy; healthy and answering 500; healthy and dead after 5 s; not on the engine; with a frontend
 * for which there is no room.
 */
export type BadTag = "unhealthy" | "failing" | "crashing" | "v99" | "huge";

/** A tag of the sample's images. */
export type Tag = (typeof goodTags)[number] | BadTag;

/** What the stack's file says, as far as steps change it. */
export interface Config {
  active: Color;
  tags: Record<Color, Tag>;
  standby: "warm" | "off";
  /** Asks for a path that no release has. */
  smokeFails: boolean;
  /** Both colours' backends exit as soon as they are started. */
  exitsAtStart: boolean;
  /** Memory of the gateway: another one is another nginx, which takes the former's place. */
  gatewayMegabytes: number;
}

/** What answers at the public address. */
export interface Serving {
  color: Color;
  tag: Tag;
}

/** One colour's release, as far as the model tells one from another. */
export interface ModelRelease extends Serving {
  exitsAtStart: boolean;
}

/** Why an update fails. */
export type Reason = "missing image" | "unhealthy" | "exits" | "smoke check";

/** Blue serves v1, green stands by with it: what the embedded default begins with. */
export const initialConfig: Config = {
  active: "blue",
  tags: { blue: "v1", green: "v1" },
  standby: "warm",
  smokeFails: false,
  exitsAtStart: false,
  gatewayMegabytes: 96,
};

/** The colour that isn't active. */
export function otherColor(color: Color): Color {
  return color === "blue" ? "green" : "blue";
}

/** What the platform should be like. It is told what is done to it, and never asks it. */
export class Model {
  config: Config = initialConfig;
  /** The last config whose update ended well. */
  good: Config = initialConfig;
  serving: Serving = { color: "blue", tag: "v1" };
  /** Releases of updates that failed, which the next good one removes. */
  leftovers: ModelRelease[] = [];
  liveRestore: boolean;
  /** Steps since the config last was good. */
  brokenSteps = 0;

  constructor(liveRestore: boolean) {
    this.liveRestore = liveRestore;
  }

  /** Whether the last update of the config ended well. */
  get isClean(): boolean {
    return this.config === this.good;
  }

  /** Whether a step may change the config: after some on a broken one only its revert is of interest. */
  get mayChange(): boolean {
    return this.isClean || this.brokenSteps < 2;
  }

  /** The releases that a config has run. */
  static releases({ active, tags, standby, exitsAtStart }: Config): ModelRelease[] {
    const colors = standby === "warm" ? [active, otherColor(active)] : [active];
    return colors.map((color) => ({ color, tag: tags[color], exitsAtStart }));
  }

  /** Why an update to a config will fail; undefined where it will succeed. */
  predict(config: Config): Reason | undefined {
    const releases = Model.releases(config);
    // Asked before anything is made, so that nothing else is met.
    if (releases.some(({ tag }) => tag === "v99")) return "missing image";
    if (config.exitsAtStart) return "exits";
    if (releases.some(({ tag }) => tag === "unhealthy")) return "unhealthy";
    if (!this.movesRoute(config) && !this.boundsAnew(config)) return undefined;
    return config.smokeFails || config.tags[config.active] === "failing" ? "smoke check" : undefined;
  }

  /** Whether an update to a config routes to another release. */
  movesRoute({ active, tags }: Config): boolean {
    return this.serving.color !== active || this.serving.tag !== tags[active];
  }

  /** Whether an update to a config changes what the gateway takes at the same time: another generation, checked as any. */
  boundsAnew({ gatewayMegabytes }: Config): boolean {
    return gatewayMegabytes !== this.good.gatewayMegabytes;
  }

  /** Notes that an update of a config ended well. */
  updated(config: Config): void {
    this.config = config;
    this.good = config;
    this.serving = { color: config.active, tag: config.tags[config.active] };
    this.leftovers = [];
    this.brokenSteps = 0;
  }

  /** Notes that an update of a config failed. */
  failed(config: Config): void {
    this.config = config;
    this.leftovers = [...this.leftovers, ...Model.releases(config)];
    this.brokenSteps += 1;
  }

  /** What serves, as people read it. */
  get servingText(): string {
    return servingText(this.serving);
  }
}

/** `blue v1`. */
export function servingText({ color, tag }: Serving): string {
  return `${color} ${tag}`;
}
