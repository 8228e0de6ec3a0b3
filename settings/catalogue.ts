/** The images that the platform itself consists of, as full references. */
export interface PlatformImages {
  nginx: string;
  mysql: string;
  prometheus: string;
  nodeExporter: string;
  nginxExporter: string;
  mysqldExporter: string;
}

/** The application's images, as repositories: their tags are those of each colour. */
export interface ApplicationImages {
  backend: string;
  frontend: string;
}

/** What a catalogue knows; only `local` has an application, the sample. */
export type Catalogue = PlatformImages & Partial<ApplicationImages>;

/** What the names of the images that set-up builds begin with, in the place of a registry. */
export const localRegistry = "webnet.local";

/** The names of the catalogues (the setting `imageCatalogue`). */
export const catalogueNames = ["upstream", "local"] as const;

/**
 * The image names that `images.*` has by default.
 *
 * `upstream` holds the publishers' own images. nginx is pinned to the patch level, because the gateway relies on
 * what 1.27.4 brought; MySQL to its long-term line, in which every patch is a fix.
 * `local` holds what the set-up builds on this machine, which behaves alike (users, paths, entry points).
 */
export const catalogues: Record<(typeof catalogueNames)[number], Catalogue> = {
  upstream: {
    nginx: "nginx:1.30.6",
    mysql: "mysql:8.4",
    prometheus: "prom/prometheus:v3.5.0",
    nodeExporter: "prom/node-exporter:v1.9.1",
    nginxExporter: "nginx/nginx-prometheus-exporter:1.4.2",
    mysqldExporter: "prom/mysqld-exporter:v0.17.2",
  },
  local: {
    backend: "webnet.local/sample-backend",
    frontend: "webnet.local/sample-frontend",
    nginx: "webnet.local/nginx:1.30",
    mysql: "webnet.local/mysql:9.7",
    prometheus: "webnet.local/prometheus:2.53",
    nodeExporter: "webnet.local/node-exporter:1.9",
    nginxExporter: "webnet.local/nginx-exporter:1.4",
    mysqldExporter: "webnet.local/mysqld-exporter:0.17",
  },
};
