import assert from "node:assert/strict";
import { catalogues } from "../../../settings/catalogue.ts";
import { parseSettings } from "../../../settings/index.ts";
import { changed, refusal, smallest, type Config } from "./support.ts";

const parse = (changes: Config) => parseSettings(changed(changes), "prod");

describe("settings: what is accepted", () => {
  it("fills in every default", () => {
    const settings = parseSettings(smallest, "prod");
    assert.equal(settings.standby, "warm");
    assert.equal(settings.network.name, "web_project_webnet");
    assert.deepEqual(settings.network.dns, ["1.1.1.1", "8.8.8.8"]);
    assert.deepEqual(settings.backend.health, {
      intervalSeconds: 10,
      timeoutSeconds: 5,
      retries: 5,
      startPeriodSeconds: 20,
    });
    assert.equal(settings.mysql.health.retries, 10);
    assert.deepEqual([settings.backend.stopSeconds, settings.mysql.stopSeconds], [45, 60]);
    assert.deepEqual([settings.gateway.drainSeconds, settings.gateway.clientMaxBodyMegabytes], [60, 10]);
    assert.deepEqual([settings.gateway.bindAddress, settings.monitoring.bindAddress], ["auto", "127.0.0.1"]);
    assert.equal(settings.data.protect, true);
    assert.equal(settings.engine.host, undefined);
    assert.equal(settings.mysql.port, undefined);
  });

  it("takes the image names from the catalogue, and single ones from the config", () => {
    const { images } = parse({ "images.nginx": "registry.example.com:5000/nginx:1.31" });
    assert.deepEqual(images, {
      ...catalogues.upstream,
      nginx: "registry.example.com:5000/nginx:1.31",
      backend: "ghcr.io/example/web-backend",
      frontend: "ghcr.io/example/web-frontend",
    });
  });

  it("knows an application in the local catalogue", () => {
    assert.deepEqual(parse({ imageCatalogue: "local", images: undefined }).images, catalogues.local);
  });

  it("keeps the application of the config in the local catalogue", () => {
    assert.equal(parse({ imageCatalogue: "local" }).images.backend, "ghcr.io/example/web-backend");
  });

  it("reads objects from the JSON that Pulumi hands over", () => {
    assert.equal(parse({ gateway: '{"httpPort":8080}' }).gateway.httpPort, 8080);
  });

  it("takes smoke checks as paths and as objects, with numbers that are texts", () => {
    const paths = [
      "/",
      { path: "/old", status: "301" },
      { path: "/api", text: "404", withinMilliseconds: "250" },
    ];
    assert.deepEqual(parse({ "gateway.smoke.paths": paths }).gateway.smoke.paths, [
      "/",
      { path: "/old", status: 301 },
      { path: "/api", text: "404", withinMilliseconds: 250 },
    ]);
  });

  it("takes the same port on different addresses", () => {
    assert.equal(
      parse({ "gateway.bindAddress": "192.0.2.7", "gateway.httpPort": 9090 }).gateway.httpPort,
      9090,
    );
  });

  it("takes nginx tags without a patch level, and names that hold no version", () => {
    for (const nginx of ["nginx:1.27", "nginx:1.27.4-alpine", "nginx:2.0.0", "nginx:mainline"]) {
      assert.equal(parse({ "images.nginx": nginx }).images.nginx, nginx);
    }
  });

  it("gives the registry's password on", () => {
    const registry = { address: "ghcr.io", username: "deployer" };
    const config = changed({ registry, registryPassword: "hunter2" });
    assert.equal(parseSettings(config, "prod", new Set(["registryPassword"])).registryPassword, "hunter2");
  });
});

describe("settings: values as `pulumi config set --path` leaves them", () => {
  const tag = (value: unknown) => parse({ "colors.blue.backendTag": value }).colors.blue?.backendTag;

  it("keeps leading zeros, which the command leaves a text", () => {
    assert.equal(tag("0123"), "0123");
  });

  it("takes decimal fractions and numbers that are texts", () => {
    const { limits } = parse({ "mysql.limits": { cpus: "0.5", memoryMegabytes: "2048" } }).mysql;
    assert.deepEqual(limits, { cpus: 0.5, memoryMegabytes: 2048 });
  });

  it("takes booleans that are texts", () => {
    assert.equal(parse({ "data.protect": "false" }).data.protect, false);
  });
});

describe("settings: messages as a whole", () => {
  it("lists all problems at once, those between settings too", () => {
    const message = refusal(
      changed({ activeColor: "green", "gateway.httpPort": 70000, "mysql.port": 9090, standbye: "off" }),
    );
    assert.deepEqual(message.match(/^(?:The|webnet:).*$/gm), [
      'The configuration of stack "prod" has 4 problems:',
      "webnet:gateway.httpPort",
      "webnet:standbye",
      "webnet:colors.green",
      "webnet:monitoring.prometheusPort",
    ]);
  });

  it("says a thing once when it is wrong in two ways", () => {
    assert.equal(
      refusal(changed({ "network.name": "/".repeat(80) })).match(/webnet:network\.name$/gm)?.length,
      1,
    );
  });

  it("says how to begin when there is no configuration", () => {
    assert.throws(() => parseSettings({}, "staging"), {
      name: "SettingsError",
      message: `Stack "staging" has no configuration: Pulumi.staging.yaml sets nothing that begins with "webnet:".

Copy the production example, then set what is yours:

  cp Pulumi.prod.yaml Pulumi.staging.yaml
  pulumi config set webnet:domain <host-name> --stack staging
  pulumi config set --path 'webnet:images.backend' <repository> --stack staging
  pulumi config set --path 'webnet:images.frontend' <repository> --stack staging

The file's comments say what each line is for; docs/settings.md lists every setting.`,
    });
  });

  it("gets the file back where the project brought one", () => {
    assert.throws(() => parseSettings({}, "prod"), {
      message: `Stack "prod" has no configuration: Pulumi.prod.yaml sets nothing that begins with "webnet:".

The file comes with the project. Get it back:

  git restore Pulumi.prod.yaml`,
    });
  });
});
