import { deployedColors } from "../release/identity.ts";
import { partImages } from "../release/parts.ts";
import type { Color, Settings } from "../settings/index.ts";
import { certbotFacts, monitoringFacts, runsWith, type MonitoringKey } from "../settings/services.ts";
import { tagKey, type PartName } from "../settings/parts.ts";

/** An image of the platform. The pull policy decides on a release's; the engine pulls the others if it lacks them. */
export interface NeededImage {
  reference: string;
  /** Its path in the stack config. */
  path: string[];
  release: boolean;
}

/** The image of a part of a release. */
export interface NeededPart extends NeededImage {
  part: PartName;
}

const serviceNames = ["nginx", "mysql", ...(Object.keys(monitoringFacts) as MonitoringKey[])] as const;

/** Lists every image that an update needs, with the setting that names it. */
export function neededImages(settings: Settings): NeededImage[] {
  const { active, standby } = deployedColors(settings);
  const releases = [active, standby].flatMap((color) => {
    return (color && colorImages(settings, color)) ?? [];
  });
  return [...releases, ...serviceImages(settings)];
}

/** A colour's images; undefined where it has no tags. */
export function colorImages(settings: Settings, color: Color): NeededPart[] | undefined {
  return partImages(settings, color)?.map(({ name, reference }) => ({
    part: name,
    reference,
    path: ["colors", color, tagKey(name)],
    release: true,
  }));
}

/** The images of the platform's own services. */
export function serviceImages(settings: Settings): NeededImage[] {
  const names = runsWith(settings)(certbotFacts) ? ([...serviceNames, "certbot"] as const) : serviceNames;
  return names.map((service) => ({
    reference: settings.images[service],
    path: ["images", service],
    release: false,
  }));
}
