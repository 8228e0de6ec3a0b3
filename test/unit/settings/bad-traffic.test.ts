import assert from "node:assert/strict";
import { gatewayBounds } from "../../../settings/bounds.ts";
import { gatewayResources } from "../../../settings/gateway-resources.ts";
import { parseSettings } from "../../../settings/index.ts";
import { changed, refuses } from "./support.ts";

const parse = (changes: Record<string, unknown>) => parseSettings(changed(changes), "prod").gateway;

describe("settings: traffic", () => {
  refuses(
    "a time-out that a switch would cut short",
    { "gateway.proxyTimeoutSeconds": 300 },
    `
webnet:gateway.proxyTimeoutSeconds
  problem: a switch would cut requests that are within their time
  got:     300
  allowed: at most 105: webnet:gateway.drainSeconds (60) and webnet:backend.stopSeconds (45) together
  fix:     pulumi config set --path 'webnet:gateway.drainSeconds' 255 --stack prod
  or:      pulumi config set --path 'webnet:gateway.proxyTimeoutSeconds' 105 --stack prod`,
  );

  refuses(
    "streams that would end too early",
    { "gateway.streamDrainSeconds": 60 },
    `
webnet:gateway.streamDrainSeconds
  problem: streams at a release that stays would end before those at one that goes away
  got:     60
  allowed: at least 120: webnet:gateway.drainSeconds (60) and webnet:backend.stopSeconds (45) together, and 15 s
  fix:     pulumi config set --path 'webnet:gateway.streamDrainSeconds' 120 --stack prod`,
  );

  refuses(
    "a login path that no request to the backend has",
    { "gateway.rateLimits.loginPaths": ["/login"] },
    `
webnet:gateway.rateLimits.loginPaths[0]
  problem: no request to it reaches the backend
  got:     "/login"
  allowed: /api, or a path below it such as /api/login
  fix:     pulumi config set --path 'webnet:gateway.rateLimits.loginPaths[0]' /api/login --stack prod
  or:      pulumi config set --path 'webnet:gateway.rateLimits.loginPaths[0]' <path> --stack prod`,
  );

  it("takes no path that is none, or ends with a slash", () => {
    for (const path of ["api/login", "/api/login/", "/api/log in", "/api/%2e", "/api/a;b", "/api//x", ""])
      assert.throws(() => parse({ "gateway.streamPaths": [path] }), /gateway\.streamPaths\[0\]/, path);
  });

  it("leaves a stack alone that was in order before it had these settings", () => {
    assert.equal(parse({ "gateway.drainSeconds": 10, "backend.stopSeconds": 15 }).proxyTimeoutSeconds, 60);
  });

  it("lets streamed uploads be of any size, and bounds those that wait", () => {
    const large = { "gateway.clientMaxBodyMegabytes": 5000 };
    assert.throws(() => parse(large), /has no room for/);
    const bounds = gatewayBounds(gatewayResources(parse({ ...large, "gateway.uploads": "streamed" })));
    assert.equal(bounds.uploads, bounds.requests);
    assert.ok(bounds.answerKilobytes > 2000);
  });

  it("takes fewer requests where each may have longer headers", () => {
    const requests = (changes: Record<string, unknown>) =>
      gatewayBounds(gatewayResources(parse(changes))).requests;
    assert.equal(requests({}), 864);
    assert.equal(requests({ "gateway.answerHeaderKilobytes": 4 }), 864);
    assert.equal(requests({ "gateway.answerHeaderKilobytes": 64 }), 727);
    assert.equal(requests({ "gateway.requestHeaderKilobytes": 64 }), 628);
  });
});
