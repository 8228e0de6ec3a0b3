import type { PartName } from "./parts.ts";
import { ofMonitoring, type MonitoringKey } from "./services.ts";

/** The images that the platform itself consists of, as full references. */
export type PlatformImages = Record<"nginx" | "mysql" | "certbot" | MonitoringKey, string>;

/** The application's images, as repositories: their tags are those of each colour. */
export type ApplicationImages = Record<PartName, string>;

/** What a catalogue knows; only `local` has an application, the sample. */
export type Catalogue = PlatformImages & Partial<ApplicationImages>;

/** The beginning of the names of images that the set-up builds, in place of a registry. */
export const localRegistry = "webnet.local";

/** The names of the catalogues (the setting `imageCatalogue`). */
export const catalogueNames = ["upstream", "local"] as const;

/**
 * The image names that `images.*` has by default.
 *
 * `upstream` holds the publishers' own images. nginx is pinned to the patch level, because the gateway relies on what
 * 1.27.4 brought. MySQL is pinned to its long-term line, where every patch is a fix.
 * `local` holds the images that the set-up builds on this machine. They behave alike (users, paths, entry points).
 */
export const catalogues: Record<(typeof catalogueNames)[number], Catalogue> = {
  upstream: {
    nginx: "nginx:1.30.6",
    mysql: "mysql:8.4",
    certbot: "certbot/certbot:v5.5.0",
    ...ofMonitoring(({ images }) => images.upstream),
  },
  local: {
    backend: "webnet.local/sample-backend",
    frontend: "webnet.local/sample-frontend",
    nginx: "webnet.local/nginx:1.30",
    mysql: "webnet.local/mysql:9.7",
    certbot: "webnet.local/certbot:5.5",
    ...ofMonitoring(({ images }) => images.local),
  },
};
