import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { commandType } from "../support/containers.ts";
import { run, secretMark, type Registered } from "../support/program.ts";
import { inEveryScenario, patience, scenarios } from "../support/scenarios.ts";

const isMarked = (value: unknown): boolean => JSON.stringify([value]).includes(secretMark);

/** The inputs that may hold a secret, if they are marked as one. */
function mayBeSecret({ type }: Registered): string[] {
  if (type === commandType) return ["stdin"];
  if (type === "pulumi:providers:docker") return ["registryAuth"];
  return [];
}

describe("secrets", () => {
  inEveryScenario("stand in no input but a command's standard input", ({ resources }) => {
    for (const resource of resources) {
      const allowed = mayBeSecret(resource);
      for (const [key, value] of Object.entries(resource.inputs)) {
        if (!allowed.includes(key)) assert.ok(!isMarked(value), `${resource.name}: ${key}`);
      }
      for (const key of resource.secretInputs) assert.ok(allowed.includes(key), `${resource.name}: ${key}`);
    }
  });

  inEveryScenario("are marked where they do stand", ({ resources }) => {
    for (const { name, inputs, secretInputs } of resources) {
      for (const [key, value] of Object.entries(inputs))
        if (isMarked(value)) assert.ok(secretInputs.includes(key), `${name}: ${key}`);
    }
  });

  inEveryScenario("are not printed by the commands that take them", (deployment) => {
    const commands = deployment.ofType(commandType).filter(({ inputs }) => inputs["stdin"] !== undefined);
    assert.ok(commands.length > 0);
    for (const { name, inputs, secretInputs } of commands) {
      assert.equal(inputs["logging"], "none", name);
      assert.deepEqual(secretInputs, ["stdin"], name);
    }
  });

  inEveryScenario("all reach a command", (deployment) => {
    const passwords = deployment.ofType("random:index/randomPassword:RandomPassword");
    assert.equal(passwords.length, 4);
    const inputs = deployment.ofType(commandType).map((command) => String(command.inputs["stdin"]));
    for (const { name } of passwords) {
      const value = secretMark + name.replaceAll("-", "");
      assert.ok(
        inputs.some((stdin) => stdin.includes(value)),
        name,
      );
    }
  });

  inEveryScenario("are long, of letters and digits", (deployment) => {
    for (const { inputs } of deployment.ofType("random:index/randomPassword:RandomPassword")) {
      assert.ok(Number(inputs["length"]) >= 32);
      assert.equal(inputs["special"], false);
    }
  });

  it("leave the program as secrets", async () => {
    const { outputs } = await run();
    const marked = [];
    for (const [name, value] of Object.entries(outputs)) {
      const output = pulumi.output(value);
      if (isMarked(await valueOf(output))) marked.push([name, await pulumi.isSecret(output)]);
    }
    assert.deepEqual(marked, [["guardToken", true]]);
  }).timeout(patience);

  it("of the registry reach the provider as a secret", async () => {
    const deployment = await run(scenarios["a registry with a password"]);
    const provider = deployment.named("engine");
    assert.ok(isMarked(provider.inputs["registryAuth"]));
    assert.deepEqual(provider.secretInputs, ["registryAuth"]);
  }).timeout(patience);
});

describe("the provider's logins", () => {
  it("are those of every registry, Docker Hub's under each address where it is looked for", async () => {
    const deployment = await run(scenarios["several registries, Docker Hub among them"]);
    const { inputs } = deployment.named("engine");
    const logins = JSON.parse(String(inputs["registryAuth"])) as Record<string, string>[];
    assert.deepEqual(
      logins.map(({ address, username, password }) => [address, username, password]),
      [
        ["registry-1.docker.io", "deployer", `${secretMark}hub`],
        ["docker.io", "deployer", `${secretMark}hub`],
        ["index.docker.io", "deployer", `${secretMark}hub`],
        ["ghcr.io", "robot", `${secretMark}github`],
      ],
    );
  }).timeout(patience);
});

function valueOf(output: pulumi.Output<unknown>): Promise<unknown> {
  return new Promise((resolve) => {
    output.apply(resolve);
  });
}
