import { refuses } from "./support.ts";

describe("settings: bad bake, room and kept releases", () => {
  refuses(
    "a bake without an end",
    { "bake.seconds": 100_000 },
    `
webnet:bake.seconds
  problem: its value is not allowed
  got:     100000
  allowed: a whole number of seconds, 0 to 86400
  fix:     pulumi config set --path 'webnet:bake.seconds' <seconds> --stack prod`,
  );
  refuses(
    "an error rate that is no share",
    { "bake.errorRatePercent": 101 },
    `
webnet:bake.errorRatePercent
  problem: its value is not allowed
  got:     101
  allowed: a number of percent, 0 to 100
  fix:     pulumi config set --path 'webnet:bake.errorRatePercent' <number> --stack prod`,
  );
  refuses(
    "a factor that would call a faster release slow",
    { "bake.p95Factor": 0.5 },
    `
webnet:bake.p95Factor
  problem: its value is not allowed
  got:     0.5
  allowed: a factor, 1 to 1000
  fix:     pulumi config set --path 'webnet:bake.p95Factor' <number> --stack prod`,
  );
  refuses(
    "a reserve in gigabytes",
    { "engine.minimumFreeDiskMegabytes": "2G" },
    `
webnet:engine.minimumFreeDiskMegabytes
  problem: its value is not allowed
  got:     "2G"
  allowed: a whole number of megabytes, 0 to 10485760
  fix:     pulumi config set --path 'webnet:engine.minimumFreeDiskMegabytes' <number> --stack prod`,
  );
  refuses(
    "a platform that forgets the page which is open",
    { "gateway.keptReleases": 0 },
    `
webnet:gateway.keptReleases
  problem: its value is not allowed
  got:     0
  allowed: a whole number of releases, 1 to 50
  fix:     pulumi config set --path 'webnet:gateway.keptReleases' <number> --stack prod`,
  );
});
