import assert from "node:assert/strict";
import { parseSettings } from "../../../settings/index.ts";
import { changed, refuses } from "./support.ts";

describe("settings: bodies without room", () => {
  refuses(
    "a body that the gateway's disk has no room for ten times",
    { "gateway.clientMaxBodyMegabytes": 21, "gateway.temporaryMegabytes": 400, "backend.tmpMegabytes": 63 },
    `
webnet:gateway.temporaryMegabytes
  problem: it has no room for 10 of the largest bodies: half of it is for them, and webnet:gateway.clientMaxBodyMegabytes is 21
  got:     400
  allowed: at least 420, or smaller bodies
  fix:     pulumi config set --path 'webnet:gateway.temporaryMegabytes' 420 --stack prod
  or:      pulumi config set --path 'webnet:gateway.clientMaxBodyMegabytes' 20 --stack prod`,
  );
  refuses(
    "a body that a backend's /tmp has no room for",
    { "gateway.clientMaxBodyMegabytes": 50 },
    `
webnet:backend.tmpMegabytes
  problem: a backend's /tmp has no room for 3 of the largest bodies: webnet:gateway.clientMaxBodyMegabytes is 50
  got:     64, the default
  allowed: at least 150, or smaller bodies
  fix:     pulumi config set --path 'webnet:backend.tmpMegabytes' 150 --stack prod
  or:      pulumi config set --path 'webnet:gateway.clientMaxBodyMegabytes' 21 --stack prod`,
  );
  refuses(
    "a body that not even more of a small backend's memory has room for",
    { "gateway.clientMaxBodyMegabytes": 20, "backend.limits.memoryMegabytes": 128 },
    `
webnet:backend.tmpMegabytes
  problem: a backend's /tmp has no room for 3 of the largest bodies: webnet:gateway.clientMaxBodyMegabytes is 20
  got:     32, the default
  allowed: at least 60, or smaller bodies
  fix:     pulumi config set --path 'webnet:backend.tmpMegabytes' 60 --stack prod
  then:    pulumi config set --path 'webnet:backend.limits.memoryMegabytes' 240 --stack prod
  or:      pulumi config set --path 'webnet:gateway.clientMaxBodyMegabytes' 10 --stack prod`,
  );
  it("are none in a small backend that says nothing of its /tmp", () => {
    const tmpOf = (memory: number) =>
      parseSettings(changed({ "backend.limits.memoryMegabytes": memory }), "prod").backend.tmpMegabytes;
    assert.deepEqual([tmpOf(128), tmpOf(255), tmpOf(1024)], [32, 63, 64]);
  });
  refuses(
    "a /tmp that is more than the heap leaves of the memory",
    { "backend.tmpMegabytes": 300 },
    `
webnet:backend.tmpMegabytes
  problem: it is memory, and with the JVM's 75 % more than a backend may have: webnet:backend.limits.memoryMegabytes is 1024
  got:     300
  allowed: at most 256, a quarter of that, or more memory
  fix:     pulumi config set --path 'webnet:backend.tmpMegabytes' 256 --stack prod
  or:      pulumi config set --path 'webnet:backend.limits.memoryMegabytes' 1200 --stack prod`,
  );
});
