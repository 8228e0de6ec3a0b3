import assert from "node:assert/strict";
import { partImages } from "../../../release/parts.ts";
import { commandType, containerType, environmentOf, labelsOf, releasesOf } from "../support/containers.ts";
import { difference } from "../support/difference.ts";
import { platformWith } from "../support/platform.ts";
import { bothColors, run, type Deployment } from "../support/program.ts";

const backends = (deployment: Deployment) =>
  deployment.ofType(containerType).filter((one) => labelsOf(one)["webnet.role"] === "backend");
const site = {
  "colors.blue.backendTag": "none",
  "colors.green": { backendTag: "none", frontendTag: "sha-2" },
  "images.backend": undefined,
};
const rendered = {
  "colors.blue.frontendTag": "none",
  "colors.green": { backendTag: "sha-2", frontendTag: "none" },
  "images.frontend": undefined,
};

describe("an application with one part", () => {
  it("has the parts that its tags name", () => {
    const of = (changes: object) =>
      partImages(platformWith({ ...changes }).settings, "blue")?.map(({ name }) => name);
    assert.deepEqual(of({ "colors.blue.frontendTag": "none" }), ["backend"]);
    assert.deepEqual(of({ "colors.blue.backendTag": "none" }), ["frontend"]);
  });

  it("runs no backend of a static site, and keeps its database", async () => {
    const deployment = await run({ changes: site });
    assert.deepEqual(backends(deployment), []);
    assert.equal(releasesOf(deployment).length, 2);
    for (const release of releasesOf(deployment)) {
      const made = deployment.resources.filter(({ name }) => name.startsWith(`${release}-`));
      assert.deepEqual(made.map(({ name }) => name.slice(release.length + 1)).sort(), [
        "frontend",
        "frontend-image",
      ]);
      const { dependencies } = deployment.named(`${release}-frontend`);
      assert.deepEqual(
        dependencies.filter((name) => name.includes("mysql")),
        [],
      );
    }
    assert.equal(deployment.named("infrastructure-mysql-data").options.retainOnDelete, true);
    assert.equal(deployment.outputs["serves"], "blue frontend sha-1");
  });

  it("publishes the note of a backend alone, from its own image, before its container", async () => {
    const deployment = await run({ changes: rendered });
    assert.equal(backends(deployment).length, 2);
    const [release = ""] = releasesOf(deployment);
    const published = deployment.named(`${release}-note`);
    assert.equal(published.type, commandType);
    const told = environmentOf(published);
    assert.deepEqual(
      (JSON.parse(told["WEBNET_NOTE"] ?? "") as { parts: { name: string }[] }).parts.map(({ name }) => name),
      ["backend"],
    );
    assert.ok(deployment.named(`${release}-backend`).dependencies.includes(`${release}-note`));
    const check = JSON.stringify(deployment.named(`${release}-backend`).inputs["healthcheck"]);
    assert.match(check, /:8080\/actuator\/health\/readiness/);
  });

  it("tells the route which colours have it, and what each is asked", async () => {
    const route = (deployment: Deployment) =>
      JSON.parse(environmentOf(deployment.named("gateway-route"))["WEBNET_ROUTE"] ?? "") as {
        alone?: object;
        smoke: { alone?: object };
      };
    const mixed = { ...bothColors, "colors.green.backendTag": "none" };
    const { alone, smoke } = route(await run({ changes: mixed }));
    assert.deepEqual([alone, smoke.alone], [{ green: "frontend" }, { green: [{ path: "/" }] }]);
    const usual = route(await run({ changes: bothColors }));
    assert.deepEqual([usual.alone, usual.smoke.alone], [undefined, undefined]);
  });

  it("is a switch as any other: one resource changes", async () => {
    const mixed = { ...bothColors, "colors.green.frontendTag": "none" };
    const before = await run({ changes: mixed });
    const after = await run({ changes: { ...mixed, activeColor: "green" } });
    assert.deepEqual(difference(before, after), { added: [], removed: [], changed: ["gateway-route"] });
  });

  it("leaves the other colour's release as it is", async () => {
    const [before, after] = [
      await run({ changes: bothColors }),
      await run({ changes: { ...bothColors, "colors.green.frontendTag": "none" } }),
    ];
    const blue = (deployment: Deployment) => releasesOf(deployment).find((name) => name.includes("-blue-"));
    assert.equal(blue(before), blue(after));
  });
});
