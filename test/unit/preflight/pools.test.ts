import assert from "node:assert/strict";
import { fewConnections } from "../../../preflight/pools.ts";
import type { Config } from "../settings/support.ts";
import { platformWith } from "../support/platform.ts";

const warnings = (changes: Config) => fewConnections(platformWith(changes).settings, "prod");

describe("preflight: the connections of the backends' pools", () => {
  it("are enough by default, and as soon as each backend gets a pool of the usual size", () => {
    assert.deepEqual(warnings({}), []);
    assert.deepEqual(warnings({ "mysql.maxConnections": 40 }), []);
    assert.deepEqual(warnings({ "mysql.maxConnections": 20, standby: "off" }), []);
  });

  it("are a warning where they may be too few: the image may name a smaller pool", () => {
    assert.deepEqual(warnings({ "mysql.maxConnections": 39 }), [
      "webnet:mysql.maxConnections is 39, and 4 backends may run at the same time, of which each takes 10 connections " +
        "unless the application says otherwise; a release that finds none doesn't start. If it doesn't, " +
        "`pulumi config set --type string --path 'webnet:backend.environment.SPRING_DATASOURCE_HIKARI_MAXIMUMPOOLSIZE' 9 " +
        "--stack prod` does",
    ]);
    assert.equal(warnings({ "mysql.maxConnections": 19, standby: "off" }).length, 1);
  });

  it("are none of the preflight's where the settings name the pool: they have checked it", () => {
    const environment = { spring_datasource_hikari_maximum_pool_size: "5" };
    assert.deepEqual(warnings({ "mysql.maxConnections": 20, "backend.environment": environment }), []);
  });
});
