import { refuses } from "./support.ts";

describe("settings: bad MySQL, monitoring and data", () => {
  refuses(
    "a MySQL stop that is too short",
    { "mysql.stopSeconds": 29 },
    `
webnet:mysql.stopSeconds
  problem: its value is not allowed
  got:     29
  allowed: a whole number of seconds, 30 to 3600
  fix:     pulumi config set --path 'webnet:mysql.stopSeconds' <seconds> --stack prod`,
  );
  refuses(
    "a database name that is MySQL's own",
    { "mysql.database": "mysql" },
    `
webnet:mysql.database
  problem: its value is not allowed
  got:     "mysql"
  allowed: up to 64 letters, digits and "_", the first a letter; not mysql, sys, information_schema or performance_schema
  fix:     pulumi config set --path 'webnet:mysql.database' <name> --stack prod`,
  );
  refuses(
    "a database user with too many rights",
    { "mysql.user": "root" },
    `
webnet:mysql.user
  problem: its value is not allowed
  got:     "root"
  allowed: up to 32 letters, digits and "_", the first a letter; not root, monitoring or mysql
  fix:     pulumi config set --path 'webnet:mysql.user' <name> --stack prod`,
  );
  refuses(
    "a data volume that is a path",
    { "mysql.dataVolume": "/srv/mysql" },
    `
webnet:mysql.dataVolume
  problem: its value is not allowed
  got:     "/srv/mysql"
  allowed: a volume name: letters, digits, "_", "." and "-", the first a letter or digit; no path
  fix:     pulumi config set --path 'webnet:mysql.dataVolume' <volume> --stack prod`,
  );
  refuses(
    "too few connections",
    { "mysql.maxConnections": 5 },
    `
webnet:mysql.maxConnections
  problem: its value is not allowed
  got:     5
  allowed: a whole number of connections, 10 to 10000
  fix:     pulumi config set --path 'webnet:mysql.maxConnections' <number> --stack prod`,
  );
  refuses(
    "a retention of no days",
    { "monitoring.retentionDays": 0 },
    `
webnet:monitoring.retentionDays
  problem: its value is not allowed
  got:     0
  allowed: a whole number of days, 1 to 3650
  fix:     pulumi config set --path 'webnet:monitoring.retentionDays' <number> --stack prod`,
  );
  refuses(
    "a retention of too many gigabytes",
    { "monitoring.retentionSizeGigabytes": 20000 },
    `
webnet:monitoring.retentionSizeGigabytes
  problem: its value is not allowed
  got:     20000
  allowed: a whole number of gigabytes, 1 to 10240
  fix:     pulumi config set --path 'webnet:monitoring.retentionSizeGigabytes' <number> --stack prod`,
  );
  refuses(
    "a scrape interval that leaves gaps",
    { "monitoring.scrapeIntervalSeconds": 121 },
    `
webnet:monitoring.scrapeIntervalSeconds
  problem: its value is not allowed
  got:     121
  allowed: a whole number of seconds, 1 to 120
  fix:     pulumi config set --path 'webnet:monitoring.scrapeIntervalSeconds' <seconds> --stack prod`,
  );
  refuses(
    "an exporter with too little memory",
    { "monitoring.limits.nodeExporter.memoryMegabytes": 8 },
    `
webnet:monitoring.limits.nodeExporter.memoryMegabytes
  problem: its value is not allowed
  got:     8
  allowed: a whole number of megabytes, 16 to 1048576
  fix:     pulumi config set --path 'webnet:monitoring.limits.nodeExporter.memoryMegabytes' <megabytes> --stack prod`,
  );
  refuses(
    "a protection that is a number",
    { "data.protect": 1.5 },
    `
webnet:data.protect
  problem: its value is not allowed
  got:     1.5
  allowed: true or false
  fix:     pulumi config set --path 'webnet:data.protect' <true/false> --stack prod`,
  );
});
