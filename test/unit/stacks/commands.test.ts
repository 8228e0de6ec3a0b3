import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { commandType, environmentOf, gatewayOf, releasesOf } from "../support/containers.ts";
import { bothColors, run } from "../support/program.ts";
import { inEveryScenario, patience, within } from "../support/scenarios.ts";
import { usualTraffic } from "../../../render/nginx/told-traffic.ts";

const projectRoot = new URL("../../../", import.meta.url);

describe("every command", () => {
  inEveryScenario("is run again in place, never replaced", (deployment) => {
    const commands = deployment.ofType(commandType);
    assert.ok(commands.length > 0);
    for (const { name, inputs } of commands) {
      within(name, () => {
        assert.equal(inputs["triggers"], undefined);
        assert.equal(inputs["update"], inputs["create"]);
      });
    }
  });

  inEveryScenario("runs one file of ours", (deployment) => {
    for (const { name, inputs } of deployment.ofType(commandType)) {
      for (const line of [inputs["create"], inputs["update"], inputs["delete"] ?? inputs["create"]]) {
        within(name, () => {
          const [, file] = /^node (deploy\/[a-z-]+\.ts)$/.exec(String(line)) ?? [];
          assert.ok(file !== undefined && existsSync(new URL(file, projectRoot)), String(line));
        });
      }
    }
  });

  inEveryScenario("undoes nothing when it goes that anything still uses", (deployment) => {
    const onDelete: [RegExp, string][] = [
      [/^application-.*-frontend$/, "node deploy/unpublish.ts"],
      // Two refuse to delete what serves; a gateway first hands over if it can. The third lets a destroy through.
      [/^application-.*-gate$/, "node deploy/retire.ts"],
      [/^gateway-nginx-[0-9a-f]{8}-gate$/, "node deploy/retire-gateway.ts"],
      [/^gateway-route$/, "node deploy/unroute.ts"],
      [/^gateway-certificate$/, "node deploy/forget-certificates.ts"],
      // Locks a MySQL user that the settings dropped.
      [/^infrastructure-mysql-accounts-/, "node deploy/lock-account.ts"],
    ];
    for (const { name, inputs } of deployment.ofType(commandType)) {
      const [, script] = onDelete.find(([pattern]) => pattern.test(name)) ?? [];
      assert.equal(inputs["delete"], script, name);
    }
  });

  inEveryScenario("is told whose it is, in texts, and doesn't see what it printed before", (deployment) => {
    for (const command of deployment.ofType(commandType)) {
      const environment = environmentOf(command);
      assert.equal(environment["WEBNET_STACK"], "prod", command.name);
      for (const value of Object.values(environment)) assert.ok(typeof value === "string" && value !== "");
      assert.equal(command.inputs["addPreviousOutputInEnv"], false, command.name);
    }
  });

  it("reaches the engine that the stack config names, and without one the environment's", async () => {
    const named = await run({ namesEngine: true });
    const { host } = named.named("engine").inputs;
    assert.match(String(host), /^tcp:\/\/127\.0\.0\.1:\d+$/);
    for (const command of named.ofType(commandType))
      assert.equal(environmentOf(command)["DOCKER_HOST"], host);
    const unnamed = await run();
    for (const command of unnamed.ofType(commandType))
      assert.equal(environmentOf(command)["DOCKER_HOST"], undefined);
  }).timeout(patience);
});

describe("the route", () => {
  inEveryScenario("waits for the gateway and for all of every release", (deployment) => {
    const { dependencies } = deployment.named("gateway-route");
    const releases = releasesOf(deployment);
    assert.ok(releases.length > 0);
    const awaited = releases.flatMap((release) =>
      ["backend", "gate", "frontend"].map((part) => `${release}-${part}`),
    );
    const gate = `${gatewayOf(deployment).name}-gate`;
    for (const name of [gate, ...awaited]) assert.ok(dependencies.includes(name), name);
  });

  inEveryScenario("is awaited by all of the monitoring and of certbot, and by nothing else", (deployment) => {
    for (const { name, dependencies } of deployment.resources)
      assert.equal(
        dependencies.includes("gateway-route"),
        ["monitoring", "gateway-certbot"].includes(name),
        name,
      );
  });

  it("names the releases and all that the configuration is made of", async () => {
    const deployment = await run({
      changes: { ...bothColors, "gateway.smoke.paths": ["/api/ready", { path: "/", text: "shop" }] },
    });
    const environment = environmentOf(deployment.named("gateway-route"));
    const names = ["WEBNET_ACTIVE_RELEASE", "WEBNET_STANDBY_RELEASE"].map((name) => environment[name]);
    assert.deepEqual(
      names.map((id) => `application-${id ?? ""}`),
      releasesOf(deployment).sort(),
    );
    const { renderer, ...route } = JSON.parse(environment["WEBNET_ROUTE"] ?? "") as Record<string, unknown>;
    assert.match(String(renderer), /^[0-9a-f]{8}$/);
    assert.deepEqual(route, {
      serverName: "www.example.com",
      backendHostPrefix: "webnet-prod-backend-",
      keptReleases: 3,
      canaryPercent: 0,
      drainSeconds: 60,
      backendStopSeconds: 45,
      clientMaxBodyMegabytes: 10,
      bounds: {
        requests: 864,
        requestsPerClient: 100,
        uploads: 102,
        uploadsPerClient: 51,
        answerKilobytes: 1213,
      },
      ...usualTraffic,
      rates: { api: { perSecond: 100, burst: 200 }, exemptPaths: [], exemptClients: [] },
      resolver: "127.0.0.11",
      smoke: {
        checks: [{ path: "/api/ready" }, { path: "/", text: "shop" }],
        attempts: 3,
        timeoutSeconds: 5,
      },
    });
  }).timeout(patience);

  it("names no standby where none runs", async () => {
    const deployment = await run({ changes: { ...bothColors, standby: "off" } });
    assert.equal(environmentOf(deployment.named("gateway-route"))["WEBNET_STANDBY_RELEASE"], undefined);
  }).timeout(patience);
});

describe("a release", () => {
  inEveryScenario("has a gate that watches its container", (deployment) => {
    for (const release of releasesOf(deployment)) {
      const gate = deployment.named(`${release}-gate`);
      assert.equal(gate.inputs["create"], "node deploy/gate.ts");
      assert.equal(environmentOf(gate)["WEBNET_CONTAINER_ID"], `id-of-${release}-backend`);
      assert.equal(environmentOf(gate)["WEBNET_TIMEOUT_SECONDS"], "120");
    }
  });

  inEveryScenario(
    "publishes its frontend before its backend is made, and so takes it back after that",
    (deployment) => {
      for (const release of releasesOf(deployment)) {
        const { dependencies } = deployment.named(`${release}-backend`);
        assert.ok(dependencies.includes(`${release}-frontend`), release);
        assert.ok(deployment.named(`${release}-gate`).dependencies.includes(`${release}-backend`), release);
      }
    },
  );

  inEveryScenario("is made when the database is healthy", (deployment) => {
    const [application] = deployment.ofType("webnet:stacks:Application");
    assert.ok(application?.dependencies.includes("infrastructure-mysql-gate"));
  });
});
