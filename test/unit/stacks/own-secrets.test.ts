import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { backendInStackFile } from "../../../pulumi/stack-file.ts";
import { backendWorkload } from "../../../release/backend.ts";
import { identifyRelease } from "../../../release/identity.ts";
import { parseSettings } from "../../../settings/index.ts";
import { nothingKnown } from "../../../workload/known-images.ts";
import type { Platform } from "../../../workload/platform.ts";
import { changed } from "../settings/support.ts";
import { commandType } from "../support/containers.ts";
import { bothColors, run, secretMark } from "../support/program.ts";
import { patience, scenarios } from "../support/scenarios.ts";

const volumeType = "docker:index/volume:Volume";

/** A platform whose secrets have these values, and in the stack's file these ciphertexts. */
function platformWithSecrets(secrets: Record<string, [value: string, ciphertext: string]>): Platform {
  const of = (value: (each: [string, string]) => unknown) =>
    Object.fromEntries(Object.entries(secrets).map(([name, each]) => [name, value(each)]));
  const config = changed({ ...bothColors, backend: { secrets: of(([value]) => value) } });
  const beside = { backend: { secrets: of(([, secure]) => ({ secure })) } };
  return {
    stack: "prod",
    prefix: "webnet-prod",
    settings: parseSettings(config, "prod", new Set(["backend"]), beside),
    images: nothingKnown,
    canMigrateConnections: true,
  };
}

const idOf = (platform: Platform) => identifyRelease(platform, "blue")?.id;

describe("the application's own secrets", () => {
  it("are files in a volume of their own for each set, with the database's password", async () => {
    const deployment = await run(scenarios["secrets of the application's own"]);
    const names = deployment.ofType(volumeType).map(({ inputs }) => String(inputs["name"]));
    const [own] = names.filter((name) => /^webnet-prod-backend-secrets-[0-9a-f]{8}-files$/.test(name));
    assert.ok(own !== undefined && names.includes("webnet-prod-backend-secrets-files"));
    const [command] = deployment
      .ofType(commandType)
      .filter(({ inputs }) => (inputs["environment"] as Record<string, string>)["WEBNET_VOLUME"] === own);
    const files = JSON.parse(String(command?.inputs["stdin"])) as {
      path: string;
      content: string;
      mode: number;
    }[];
    assert.deepEqual(
      files.map(({ path, content, mode }) => [path, content, mode]),
      [
        ["stripe.api-key", `${secretMark}own`, 0o400],
        ["spring.datasource.password", `${secretMark}infrastructureuserpassword`, 0o400],
      ],
    );
    const backends = deployment.resources.filter(({ inputs }) =>
      JSON.stringify(inputs).includes(`"source":"${own}"`),
    );
    assert.deepEqual(backends.map(({ name }) => name.replace(/-[0-9a-f]{8}-/, "-")).sort(), [
      "application-blue-backend",
      "application-green-backend",
    ]);
    for (const { inputs } of backends) {
      const envs = inputs["envs"] as string[];
      assert.ok(envs.includes("STRIPE_API_KEY_FILE=/run/secrets/stripe.api-key"));
      assert.ok(!JSON.stringify(inputs["mounts"]).includes("webnet-prod-backend-secrets-files"));
    }
  }).timeout(patience);

  it("make neither the edge nor MySQL anew, and nor do variables in a file", async () => {
    const inFile = { ...bothColors, "backend.environmentFile": "test/unit/support/example.env" };
    const plain = await run({ changes: bothColors });
    for (const other of [
      await run(scenarios["secrets of the application's own"]),
      await run({ changes: inFile }),
    ])
      for (const name of ["gateway-edge", "infrastructure-mysql"])
        assert.deepEqual(other.named(name).inputs, plain.named(name).inputs, name);
    const envs = (await run({ changes: inFile })).resources.map(({ inputs }) =>
      JSON.stringify(inputs["envs"] ?? ""),
    );
    assert.equal(envs.filter((text) => text.includes("EXAMPLE=of a file")).length, 2);
  }).timeout(patience);

  it("make another release when one is set anew, is added or goes, and only then", () => {
    const one = platformWithSecrets({ a: ["x", "v1:1"], b: ["y", "v1:2"] });
    const ids = [
      idOf(one),
      idOf(platformWithSecrets({ a: ["x", "v1:1"], b: ["z", "v1:3"] })),
      idOf(platformWithSecrets({ a: ["x", "v1:1"] })),
      idOf(platformWithSecrets({ a: ["x", "v1:1"], b: ["y", "v1:2"], c: ["x", "v1:1"] })),
      idOf(platformWithSecrets({ a: ["x", "v1:2"], b: ["y", "v1:1"] })),
      idOf(platformWithSecrets({})),
    ];
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(idOf(platformWithSecrets({ b: ["y", "v1:2"], a: ["x", "v1:1"] })), ids[0]);
  });

  it("give their values away by no name: those follow from the ciphertexts alone", () => {
    const of = (value: string) => {
      const platform = platformWithSecrets({ a: [value, "v1:1"] });
      return [idOf(platform), backendWorkload(platform, { color: "blue", tag: "v1", id: "" })];
    };
    assert.deepEqual(of("hunter2"), of("correct horse"));
  });

  it("leave a release as it was where there are none", () => {
    const { mounts, environment = {} } = backendWorkload(platformWithSecrets({}), {
      color: "blue",
      tag: "v1",
      id: "",
    });
    assert.equal(mounts[0]?.kind === "volume" && mounts[0].source, "webnet-prod-backend-secrets-files");
    assert.deepEqual(
      Object.keys(environment).filter((name) => name.endsWith("_FILE")),
      ["WEBNET_SERVING_FILE"],
    );
  });
});

describe("the stack's file that the program reads", () => {
  it("is that of its stack, beside Pulumi.yaml", () => {
    const folder = mkdtempSync(join(tmpdir(), "webnet-stack-file-"));
    try {
      assert.equal(backendInStackFile(folder, "prod", "webnet"), undefined);
      const text = 'config:\n  backend: {stopSeconds: 9, secrets: {a: {secure: "v1:x"}}}\n';
      writeFileSync(join(folder, "Pulumi.prod.yaml"), text);
      assert.deepEqual(backendInStackFile(folder, "prod", "webnet"), {
        stopSeconds: 9,
        secrets: { a: { secure: "v1:x" } },
      });
      assert.equal(backendInStackFile(folder, "prod", "shop"), undefined);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
