import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { configPath } from "../../../settings/commands.ts";
import { parseSettings } from "../../../settings/index.ts";
import type { Remade } from "../../../settings/schema/fields.ts";
import { settingsSchema } from "../../../settings/schema/settings.ts";
import { defaultAt, leaves, type Path } from "../../../settings/shape.ts";
import { changed } from "../settings/support.ts";
import { recoveringVariable } from "../../../preflight/recovering.ts";
import { labelsOf } from "../support/containers.ts";
import type { EngineState } from "../support/engine.ts";
import { bothColors, run, type Deployment, type Run } from "../support/program.ts";
import { patience } from "../support/scenarios.ts";

const containers: Record<Remade, string> = { "the edge": "gateway-edge", MySQL: "infrastructure-mysql" };
// Publishes MySQL, so that its address counts.
const basis = { ...bothColors, "mysql.port": 3307, "gateway.tls.certificate": "self-signed" };

/** The settings without a change. Some count only with an authority. */
function baseOf(path: Path): Record<string, unknown> {
  // What leads to Prometheus must be closed.
  if (path.join(".") === "monitoring.host")
    return { ...basis, "gateway.access": { all: { paths: ["/"], clients: ["192.0.2.9"] } } };
  if (path.includes("proxyProtocol")) return { ...basis, "gateway.trustedProxies": { other: ["192.0.2.9"] } };
  if (!path.includes("acme")) return basis;
  const byAcme = { ...basis, domain: "www.example.com", "gateway.tls.certificate": "acme" };
  if (!path.includes("dns")) return byAcme;
  return { ...byAcme, "images.certbot": "example/certbot:5", "gateway.tls.acme.dns.plugin": "google" };
}

/**
 * Updates refuse another engine or network while a platform runs. Logins are no part of a plan. One's own certificate
 * needs files, as an authority's does: the integration tests of TLS have them. Variables in a file and secrets need more than
 * a value: `own-secrets.test.ts` has those. Passwords of the gateway are no part of a plan either. Secrets of certificates by ACME, and what
 * needs one, are in `acme-secrets.test.ts`.
 */
const elsewhere = [
  "gateway.tls.certificate",
  "gateway.tls.certificateFile",
  "gateway.tls.keyFile",
  "gateway.tls.acme.authorityFile",
  "gateway.tls.acme.eabKeyId",
  "acmeSecrets.dnsCredentials",
  "acmeSecrets.eabHmacKey",
  "backend.environmentFile",
  "backend.secrets",
  "engine.host",
  "network.adopt",
  "registry.address",
  "registry.username",
  "registryPassword",
  "registries",
  "registryPasswords",
  "gatewayPasswords",
];

/** Every setting that takes no number accepts one of these. */
const values: unknown[] = [
  ...[
    "green",
    "off",
    "local",
    "plain",
    "streamed",
    "notFound",
    "oneByOne",
    "never",
    "route53",
    "192.0.2.9",
    "/other",
    "example/other:1.30",
    "example/other",
  ],
  ...[
    "other.example.com",
    "other",
    "other@example.com",
    "https://other.example.com/directory",
    true,
    false,
    ["192.0.2.9"],
    ["/other"],
    ["/api/other"],
    { other: { paths: ["/"], clients: ["192.0.2.9"] } },
    { other: { paths: ["/other"], to: "backend" } },
    ["other.example.com"],
    { OTHER: "1" },
    { other: ["192.0.2.9"] },
    { "no-root": "a reason of more than twenty characters" },
  ],
];

function anotherValue(path: Path, schema: z.ZodType): unknown {
  const former = defaultAt(settingsSchema, path);
  const numbers = typeof former === "number" ? [former + 1, former - 1] : [4711, 47];
  return [...numbers, ...values].find((value) => {
    if (isDeepStrictEqual(value, former) || !schema.safeParse(value).success) return false;
    try {
      parseSettings(changed({ ...baseOf(path), [path.join(".")]: value }), "prod");
      return true;
    } catch {
      return false;
    }
  });
}

/** The containers that the change makes anew. The edge keeps its image. */
function remadeBy(before: Deployment, after: Deployment): Remade[] {
  return (Object.keys(containers) as Remade[]).filter((what) => {
    const of = (deployment: Deployment) => {
      const { inputs, options } = deployment.named(containers[what]);
      const kept = options.ignoreChanges;
      return Object.fromEntries(Object.entries(inputs).filter(([name]) => !kept.includes(name)));
    };
    return !isDeepStrictEqual(of(before), of(after));
  });
}

/**
 * A new description is a gap, or an outage, for everybody who upgrades: change one only if that is worth it, and say so
 * in docs/operations.md. An earlier webnet noted `former`, which stays while nothing else changes.
 */
const descriptions = {
  "gateway-edge": { former: "f0c6b8ca", present: "d13a2c59" },
  "infrastructure-mysql": { former: "279bad75", present: "d909245e" },
};

describe("an upgrade", () => {
  const label = "webnet.description";

  async function described(how: Run): Promise<Record<string, string | undefined>> {
    const deployment = await run(how);
    return Object.fromEntries(
      Object.keys(descriptions).map((name) => [name, labelsOf(deployment.named(name))[label]]),
    );
  }

  /** An engine on which these containers run as an earlier update left them. */
  async function engineWith(which: "former" | "present"): Promise<EngineState> {
    const deployment = await run();
    const containers = Object.entries(descriptions).map(([name, noted]) => {
      const container = deployment.named(name);
      return {
        name: String(container.inputs["name"]),
        labels: { ...labelsOf(container), [label]: noted[which] },
      };
    });
    return { containers };
  }

  const noted = (which: "former" | "present") =>
    Object.fromEntries(Object.entries(descriptions).map(([name, known]) => [name, known[which]]));

  before(() => {
    // The state of these runs is empty: preflight would report what runs as lost.
    process.env[recoveringVariable] = "true";
  });
  after(() => {
    Reflect.deleteProperty(process.env, recoveringVariable);
  });

  it("makes neither the edge nor MySQL anew by a change of its own", async () => {
    assert.deepEqual(await described({}), noted("present"));
    assert.deepEqual(await described({ engine: await engineWith("present") }), noted("present"));
  }).timeout(patience);

  it("leaves those of an earlier webnet as they are, until a setting makes them anew", async () => {
    const engine = await engineWith("former");
    assert.deepEqual(await described({ engine }), noted("former"));
    const changes = { "mysql.health.retries": 7, "gateway.httpPort": 8081 };
    const anew = await described({ engine, changes });
    assert.deepEqual(anew, await described({ changes }));
    for (const [name, value] of Object.entries(anew)) {
      const { former, present } = descriptions[name as keyof typeof descriptions];
      assert.ok(value !== former && value !== present, name);
    }
  }).timeout(patience);
});

describe("a setting", () => {
  const all = [...leaves(settingsSchema)].filter(([path]) => !path.some((key) => typeof key === "number"));

  it("that is left out here is one that there is", () => {
    const names = all.map(([path]) => path.join("."));
    for (const name of elsewhere) assert.ok(names.includes(name), name);
  });

  for (const [path, schema] of all) {
    if (elsewhere.includes(path.join("."))) continue;
    const marked = schema.meta()?.remakes ?? [];
    it(`${configPath(path)} makes ${marked.join(" and ") || "neither the edge nor MySQL"} anew`, async () => {
      const value = anotherValue(path, schema);
      assert.notEqual(value, undefined, "no other value is known: give the test one");
      const base = baseOf(path);
      const after = await run({ changes: { ...base, [path.join(".")]: value } });
      assert.deepEqual(remadeBy(await run({ changes: base }), after), marked);
    }).timeout(60_000);
  }
});
