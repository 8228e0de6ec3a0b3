import { readFileSync } from "node:fs";
import { join } from "node:path";
import { accountFiles, type ImageDescription, type ImageUser, type PackageSet } from "./description.ts";

const applets = (
  "sh ash [ test true false echo printf env id pwd cat ls cp mv rm ln mkdir rmdir chmod chown touch readlink " +
  "realpath stat find grep sed awk head tail tr sort uniq wc cut tee xargs basename dirname date mktemp sha256sum " +
  "sleep sync timeout kill ps hostname df du tar gzip gunzip wget nc vi"
).split(" ");

/** Directories and links of a merged-/usr system. All package files are under /usr, /etc and /var. */
const skeleton: Pick<ImageDescription, "directories" | "links"> = {
  directories: {
    ...Object.fromEntries(
      [
        "/dev",
        "/etc",
        "/home",
        "/opt",
        "/proc",
        "/run",
        "/run/secrets",
        "/srv",
        "/sys",
        "/usr",
        "/usr/bin",
        "/usr/lib",
        "/usr/lib64",
        "/usr/local",
        "/usr/local/bin",
        "/usr/sbin",
        "/var",
        "/var/cache",
        "/var/lib",
        "/var/log",
      ].map((path) => [path, { owner: 0, mode: 0o755 }]),
    ),
    "/root": { owner: 0, mode: 0o700 },
    "/tmp": { owner: 0, mode: 0o1777 },
    "/var/tmp": { owner: 0, mode: 0o1777 },
  },
  links: {
    "/bin": "usr/bin",
    "/sbin": "usr/sbin",
    "/lib": "usr/lib",
    "/lib64": "usr/lib64",
    "/var/run": "/run",
    ...Object.fromEntries(applets.map((name) => [`/usr/bin/${name}`, "busybox"])),
  },
};

/** Adds the skeleton, libc, busybox and the accounts to an image's own description. */
export function onBase(
  packages: PackageSet,
  users: ImageUser[],
  rest: Omit<ImageDescription, "packages" | "users">,
): ImageDescription {
  return {
    ...rest,
    packages: { ...packages, packages: ["libc6", "busybox", ...packages.packages] },
    users,
    directories: { ...skeleton.directories, ...rest.directories },
    links: { ...skeleton.links, ...rest.links },
    files: { ...accountFiles(users), ...rest.files },
  };
}

const ours = (name: string): string => readFileSync(join(import.meta.dirname, "files", name), "utf8");

/** The minimum for a process, with a shell. For static binaries and binaries that need only libc. */
export const base = onBase({ suite: "trixie", packages: [] }, [], {
  reference: "webnet.local/base:13",
  config: { cmd: ["sh"] },
});

/** The Node that runs set-up, in /usr/local/bin/node, and the user `app` (10001). */
export const node = onBase({ suite: "trixie", packages: ["libstdc++6"] }, [{ name: "app", id: 10001 }], {
  reference: "webnet.local/node:24",
  files: { "/usr/local/bin/node": { from: process.execPath, mode: 0o755 } },
  config: { cmd: ["node"], labels: { "webnet.node": process.version } },
});

const nginx = onBase({ suite: "forky", packages: ["nginx", "curl"] }, [{ name: "nginx", id: 101 }], {
  reference: "webnet.local/nginx:1.30",
  directories: {
    "/var/cache/nginx": { owner: 101, mode: 0o755 },
    "/var/log/nginx": { owner: 101, mode: 0o755 },
    "/var/lib/nginx": { owner: 101, mode: 0o755 },
    "/etc/nginx/conf.d": { owner: 0, mode: 0o755 },
  },
  links: { "/var/log/nginx/access.log": "/dev/stdout", "/var/log/nginx/error.log": "/dev/stderr" },
  files: { "/etc/nginx/nginx.conf": ours("nginx.conf") },
  config: { cmd: ["nginx", "-g", "daemon off;"], stopSignal: "SIGQUIT", exposedPorts: [80] },
});

const mysql = onBase(
  {
    suite: "sid",
    packages: ["mysql-server-core", "mysql-client-core", "libeatmydata1"],
    drop: ["etc/mysql/", "usr/bin/myisam", "usr/bin/mysql_migrate_keyring", "usr/bin/mysqlslap"],
  },
  [{ name: "mysql", id: 999 }],
  {
    reference: "webnet.local/mysql:9.7",
    directories: {
      "/var/lib/mysql": { owner: 999, mode: 0o750 },
      "/run/mysqld": { owner: 999, mode: 0o755 },
      "/etc/mysql/conf.d": { owner: 0, mode: 0o755 },
      "/docker-entrypoint-initdb.d": { owner: 0, mode: 0o755 },
    },
    files: {
      "/etc/my.cnf": ours("my.cnf"),
      "/usr/local/bin/docker-entrypoint.sh": { content: ours("mysql-entrypoint.sh"), mode: 0o755 },
    },
    config: {
      entrypoint: ["docker-entrypoint.sh"],
      cmd: ["mysqld"],
      exposedPorts: [3306],
      // This MySQL never waits for the disk (fsync does nothing): several platforms share the disk of a small machine.
      // A killed server loses nothing, since the kernel has its writes. A power cut may damage the data.
      env: { LD_PRELOAD: "libeatmydata.so" },
    },
  },
);

const prometheus = onBase({ suite: "trixie", packages: ["prometheus"] }, [], {
  reference: "webnet.local/prometheus:2.53",
  directories: { "/prometheus": { owner: 65534, mode: 0o755 } },
  config: {
    entrypoint: ["/bin/prometheus"],
    cmd: ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"],
    user: "nobody",
    workdir: "/prometheus",
    exposedPorts: [9090],
  },
});

const nodeExporter = onBase({ suite: "trixie", packages: ["prometheus-node-exporter"] }, [], {
  reference: "webnet.local/node-exporter:1.9",
  // Debian's build reads text files from this folder by default, and logs an error at every scrape if it is missing.
  directories: { "/var/lib/prometheus/node-exporter": { owner: 0, mode: 0o755 } },
  links: { "/usr/bin/node_exporter": "prometheus-node-exporter" },
  config: { entrypoint: ["/bin/node_exporter"], user: "nobody", exposedPorts: [9100] },
});

const nginxExporter = onBase({ suite: "trixie", packages: ["prometheus-nginx-exporter"] }, [], {
  reference: "webnet.local/nginx-exporter:1.4",
  links: { "/usr/bin/nginx-prometheus-exporter": "prometheus-nginx-exporter" },
  config: { entrypoint: ["/usr/bin/nginx-prometheus-exporter"], user: "1001:1001", exposedPorts: [9113] },
});

const mysqldExporter = onBase({ suite: "trixie", packages: ["prometheus-mysqld-exporter"] }, [], {
  reference: "webnet.local/mysqld-exporter:0.17",
  links: { "/usr/bin/mysqld_exporter": "prometheus-mysqld-exporter" },
  config: { entrypoint: ["/bin/mysqld_exporter"], user: "nobody", exposedPorts: [9104] },
});

/** Trusts a private authority that the settings name, and no public one: Debian's list of those is made at installation. */
export const certbot = onBase({ suite: "forky", packages: ["certbot", "python3-certbot-dns-rfc2136"] }, [], {
  reference: "webnet.local/certbot:5.5",
  config: { entrypoint: ["certbot"] },
});

/** Every local image, the slowest first. */
export const catalogue: readonly ImageDescription[] = [
  mysql,
  prometheus,
  nginx,
  nodeExporter,
  nginxExporter,
  mysqldExporter,
  certbot,
  node,
  base,
];
