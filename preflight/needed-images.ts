import { deployedColors } from "../release/identity.ts";
import { releaseImages } from "../release/images.ts";
import type { Color, Settings } from "../settings/index.ts";

/** The images of a platform: the releases' follow the pull policy, the rest is pulled where it is missing. */
export interface NeededImage {
  reference: string;
  /** Where it stands in the stack config. */
  path: string[];
  release: boolean;
}

/** The two halves of a release. */
export type Part = "backend" | "frontend";

const serviceNames = [
  "nginx",
  "mysql",
  "prometheus",
  "nodeExporter",
  "nginxExporter",
  "mysqldExporter",
] as const;

/** Lists every image that an update needs, with the setting that names it. */
export function neededImages(settings: Settings): NeededImage[] {
  const { active, standby } = deployedColors(settings);
  const releases = [active, standby].flatMap((color) => {
    const images = color && colorImages(settings, color);
    return images ? [images.backend, images.frontend] : [];
  });
  return [...releases, ...serviceImages(settings)];
}

/** A colour's images; undefined where it has no tags. */
export function colorImages(settings: Settings, color: Color): Record<Part, NeededImage> | undefined {
  const images = releaseImages(settings, color);
  return (
    images && {
      backend: { reference: images.backendImage, path: ["colors", color, "backendTag"], release: true },
      frontend: { reference: images.frontendImage, path: ["colors", color, "frontendTag"], release: true },
    }
  );
}

/** The images of the platform's own services. */
export function serviceImages(settings: Settings): NeededImage[] {
  return serviceNames.map((service) => ({
    reference: settings.images[service],
    path: ["images", service],
    release: false,
  }));
}
