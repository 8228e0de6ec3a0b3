import assert from "node:assert/strict";
import {
  attachmentsOf,
  containerType,
  filesOf,
  labelsOf,
  namesOnTheNetwork,
  releasesOf,
  volumeType,
} from "../support/containers.ts";
import { isComponent, run } from "../support/program.ts";
import { inEveryScenario, patience, scenarios } from "../support/scenarios.ts";

describe("names", () => {
  inEveryScenario("of children begin with their parent's", ({ resources }) => {
    const children = resources.filter(({ parent }) => parent !== "");
    assert.ok(children.length > 30);
    for (const { name, parent } of children)
      assert.ok(name === parent || name.startsWith(`${parent}-`), `${name} in ${parent}`);
  });

  inEveryScenario("at the top are the five stacks and the engine", ({ resources }) => {
    const top = resources.filter(({ parent }) => parent === "").map(({ name }) => name);
    assert.deepEqual(
      top.sort(),
      ["application", "engine", "gateway", "infrastructure", "monitoring", "network"].sort(),
    );
  });

  inEveryScenario("on the engine tell the stack, and are given once", (deployment) => {
    for (const type of [containerType, volumeType]) {
      const names = deployment.ofType(type).map(({ inputs }) => String(inputs["name"]));
      for (const name of names) assert.match(name, /^webnet-prod-[a-z0-9-]+$/);
      assert.equal(new Set(names).size, names.length);
    }
  });

  inEveryScenario("on the network are given once", (deployment) => {
    const names = namesOnTheNetwork(deployment);
    assert.ok(names.includes("webnet-prod-mysql") && names.includes("webnet-prod-gateway"));
    assert.equal(new Set(names).size, names.length);
  });

  inEveryScenario("on the network are no other stack's", (deployment, { changes }) => {
    // On the stack's own network MySQL keeps its former name too: releases from before an upgrade use it.
    const former = changes?.["network.adopt"] === true ? [] : ["mysql"];
    const unprefixedNames = namesOnTheNetwork(deployment).filter((name) => !name.startsWith("webnet-prod-"));
    assert.deepEqual(unprefixedNames, former);
    const texts = JSON.stringify(deployment.resources.map(({ inputs }) => inputs));
    const unprefixed = /(?<![\w-])(?:mysql|gateway|prometheus|backend-\w+|[a-z]+-exporter):\d{2,}/g;
    assert.deepEqual(texts.match(unprefixed), null);
    const client = filesOf(deployment.named("monitoring-mysql-secrets-content"))["client.cnf"]?.content;
    assert.match(client ?? "", /^host = "webnet-prod-mysql"$/m);
  });

  inEveryScenario("of a release say its colour and which it is", (deployment) => {
    for (const release of releasesOf(deployment)) {
      const id = release.replace("application-", "");
      const [color] = id.split("-");
      const backend = deployment.named(`${release}-backend`);
      assert.equal(backend.inputs["name"], `webnet-prod-backend-${id}`);
      assert.deepEqual(attachmentsOf(backend)[0]?.aliases, [`webnet-prod-backend-${color ?? ""}`]);
      const labels = labelsOf(backend);
      assert.deepEqual([labels["webnet.color"], labels["webnet.release"]], [color, id]);
    }
  });
});

describe("the engine", () => {
  inEveryScenario("is the configured one for everything", ({ resources }) => {
    const onEngine = resources.filter(({ type }) => type.startsWith("docker:"));
    assert.ok(onEngine.length > 20);
    for (const { name, provider } of onEngine) assert.equal(provider, "engine", name);
  });
});

describe("the network", () => {
  inEveryScenario("is one, and every container is on it", (deployment, { changes }) => {
    const network = deployment.resources.filter(({ type }) => type === "docker:index/network:Network");
    const isAdopted = changes?.["network.adopt"] === true;
    assert.deepEqual(
      network.map(({ name }) => name),
      isAdopted ? [] : ["network-bridge"],
    );
    const wanted = isAdopted ? "name-of-0123456789ab" : "web_project_webnet";
    for (const container of deployment.ofType(containerType))
      assert.deepEqual(
        attachmentsOf(container).map(({ name }) => name),
        // nginx shares the edge's network.
        labelsOf(container)["webnet.role"] === "gateway" ? [] : [wanted],
      );
  });

  it("asks the configured name servers, and without any leaves it to the engine", async () => {
    const [servers, none] = [await run(), await run(scenarios["everything published"])];
    for (const container of servers.ofType(containerType))
      assert.deepEqual(
        container.inputs["dns"],
        attachmentsOf(container).length === 0 ? undefined : ["1.1.1.1", "8.8.8.8"],
      );
    for (const { inputs } of none.ofType(containerType)) assert.equal(inputs["dns"], undefined);
  }).timeout(patience);
});

describe("images", () => {
  inEveryScenario("stay on the engine when they are no longer used", (deployment) => {
    const images = deployment.ofType("docker:index/remoteImage:RemoteImage");
    assert.ok(images.length >= 9);
    for (const { name, inputs } of images) assert.equal(inputs["keepLocally"], true, name);
  });

  it("are taken by the registry's digest where the pull policy asks for it", async () => {
    const deployment = await run(scenarios["a registry with a password"]);
    for (const release of releasesOf(deployment)) {
      const { inputs } = deployment.named(`${release}-backend-image`);
      assert.match(String(inputs["name"]), /^ghcr\.io\/example\/web-backend@sha256:[0-9a-f]{64}$/);
    }
  }).timeout(patience);

  inEveryScenario("that are gone from the host change nothing of what is made of them", (deployment) => {
    for (const release of releasesOf(deployment)) {
      const { options } = deployment.named(`${release}-frontend`);
      assert.deepEqual(options.ignoreChanges, ["environment.WEBNET_IMAGE"]);
      assert.deepEqual(deployment.named(`${release}-backend`).options.ignoreChanges, ["image"]);
    }
  });

  it("are named by their tag where nothing is known of them", async () => {
    const deployment = await run();
    const [release] = releasesOf(deployment);
    const image = deployment.named(`${release ?? ""}-backend-image`);
    assert.equal(image.inputs["name"], "ghcr.io/example/web-backend:sha-1");
  }).timeout(patience);
});

describe("components", () => {
  inEveryScenario("hold everything but the provider", ({ resources }) => {
    const parents = new Set(resources.filter(isComponent).map(({ name }) => name));
    for (const { name, parent, type } of resources)
      if (!type.startsWith("webnet:stacks:") && name !== "engine") assert.ok(parents.has(parent), name);
  });
});
