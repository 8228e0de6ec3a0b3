import assert from "node:assert/strict";
import { everyWorkload } from "../../../policy/workloads.ts";
import type { Config } from "../settings/support.ts";
import { containerType } from "../support/containers.ts";
import { platformWith } from "../support/platform.ts";
import { ProgramEnded, bothColors, run, runAnew } from "../support/program.ts";
import { patience, scenarios } from "../support/scenarios.ts";
import { refuses } from "../settings/support.ts";

async function ending(changes: Config): Promise<ProgramEnded> {
  try {
    await runAnew({ changes });
  } catch (error) {
    assert.ok(error instanceof ProgramEnded);
    return error;
  }
  throw new assert.AssertionError({ message: "the program went on" });
}

describe("the policy in a preview", () => {
  const cases: [rule: string, changes: Config, at: string][] = [
    [
      "database-not-public",
      { "mysql.port": 3307, "mysql.bindAddress": "0.0.0.0" },
      "webnet:mysql.bindAddress",
    ],
    ["database-not-public", { "mysql.port": 3307, "mysql.bindAddress": "::" }, "webnet:mysql.bindAddress"],
    ["monitoring-not-public", { "monitoring.bindAddress": "0.0.0.0" }, "webnet:monitoring.bindAddress"],
  ];
  for (const [rule, changes, at] of cases) {
    it(`refuses ${JSON.stringify(changes)} before anything is touched, and takes it with its reason`, async () => {
      const { message, registered } = await ending(changes);
      assert.equal(registered, 0);
      assert.match(message, /^Stack "prod" has a problem; nothing was touched:/);
      assert.ok(message.includes(`\n\n${at}\n  problem: it breaks the rule ${rule} of the policy`), message);
      const reason = "a firewall in front lets only the office through";
      const { resources } = await run({ changes: { ...changes, "policy.exceptions": { [rule]: reason } } });
      assert.ok(resources.length > 0);
    }).timeout(patience);
  }

  it("has nothing against an address that isn't published", async () => {
    const { resources } = await run({ changes: { "mysql.bindAddress": "0.0.0.0" } });
    assert.ok(resources.length > 0);
  }).timeout(patience);

  it("knows every container that the program makes", async () => {
    for (const [name, { changes = {}, ...how }] of Object.entries(scenarios)) {
      const made = (await run({ changes, ...how })).ofType(containerType);
      // They need more than the stack's own keys, and make no other container.
      const plain = { ...withoutColors(changes), ...changes, "backend.secrets": undefined };
      const known = everyWorkload(platformWith(plain)).map((one) => one.role);
      assert.deepEqual([...known].sort(), made.map(({ inputs }) => roleIn(inputs["labels"])).sort(), name);
    }
  }).timeout(2 * patience);
});

/** `platformWith` begins with both colours. */
function withoutColors(changes: Config): Config {
  return Object.keys(bothColors).every((key) => key in changes) ? {} : { "colors.green": undefined };
}

function roleIn(labels: unknown): string {
  const list = labels as { label: string; value: string }[];
  return list.find(({ label }) => label === "webnet.role")?.value ?? "";
}

describe("exceptions from the policy", () => {
  const names = [
    "database-not-public, monitoring-not-public, only-the-gateway-is-public, strong-tls, no-root, no-capabilities",
    "no-privileges, read-only-root, no-host-paths, no-engine-socket, no-host-namespaces, no-devices, kernel-filters",
    "memory-limit, processor-limit, process-limit, bounded-log, health-check",
  ].join(", ");

  refuses(
    "an exception from a rule that isn't there",
    { "policy.exceptions": { "no-roots": "a reason of more than twenty characters" } },
    `
webnet:policy.exceptions.no-roots
  problem: its name is not allowed
  got:     "no-roots"
  allowed: one of ${names}
  fix:     pulumi config rm --path 'webnet:policy.exceptions.no-roots' --stack prod
`,
  );
  refuses(
    "an exception without a reason in words",
    { "policy.exceptions": { "no-root": "because          " } },
    `
webnet:policy.exceptions.no-root
  problem: its value is not allowed
  got:     "because          "
  allowed: the reason in words, 20 to 1000 characters
  fix:     pulumi config set --path 'webnet:policy.exceptions.no-root' '<reason>' --stack prod
`,
  );
});
