import assert from "node:assert/strict";
import { breachesOf, breachesOfTls, problemsOf, vainExceptions } from "../../../policy/judge.ts";
import type { Confinement } from "../../../policy/confinement.ts";
import { exceptions } from "../../../policy/exceptions.ts";
import { containerRules } from "../../../policy/rules.ts";
import { curvesWith, renderSample } from "../../../render/nginx.ts";
import { ruleNames, type RuleName } from "../../../settings/policy.ts";
import { blocks } from "../../../settings/problem.ts";
import { confinementOf } from "../../../workload/on-docker/confinement.ts";
import { containerArguments, type ContainerArguments } from "../../../workload/on-docker/arguments.ts";
import { specOf } from "../../../workload/spec.ts";
import { exampleWorkload } from "../workload/example.ts";
import { platformWith } from "../support/platform.ts";

const spec = specOf(platformWith(), exampleWorkload);
const usual = containerArguments(spec, { image: "i", network: "n" });

/** A container whose arguments for the provider somebody has edited. */
const edited = (change: Partial<ContainerArguments>): Confinement =>
  confinementOf(spec, { ...usual, ...change });
const inRole = (role: string, address: string): Confinement => ({
  ...edited({ ports: [{ internal: 1, external: 1, ip: address }] }),
  role,
});

/** What breaks each rule of a container. */
const broken: Record<Exclude<RuleName, "strong-tls">, Confinement[]> = {
  "database-not-public": [inRole("mysql", "0.0.0.0"), inRole("mysql", "::")],
  "monitoring-not-public": [inRole("prometheus", "0.0.0.0")],
  "only-the-gateway-is-public": [
    inRole("backend", "0.0.0.0"),
    edited({ ports: [{ internal: 1, external: 1 }] }),
  ],
  "no-root": [
    edited({ user: "0:0" }),
    edited({ user: "1000:0" }),
    edited({ user: "" }),
    edited({ groupAdds: ["docker"] }),
  ],
  "no-capabilities": [
    edited({ capabilities: { adds: ["NET_ADMIN"], drops: ["ALL"] } }),
    edited({ capabilities: { drops: ["CHOWN"] } }),
  ],
  "no-privileges": [edited({ privileged: true }), edited({ securityOpts: [] })],
  "read-only-root": [edited({ readOnly: false })],
  "no-host-paths": [
    edited({ mounts: [{ type: "bind", source: "/etc", target: "/x", readOnly: true }] }),
    edited({ volumes: [{ hostPath: "/srv", containerPath: "/x" }] }),
  ],
  "no-engine-socket": [edited({ mounts: [{ type: "bind", source: "/var/run/docker.sock", target: "/x" }] })],
  "no-host-namespaces": [
    edited({ pidMode: "host" }),
    edited({ networkMode: "host" }),
    edited({ ipcMode: "host" }),
    edited({ usernsMode: "host" }),
  ],
  "no-devices": [edited({ devices: [{ hostPath: "/dev/sda" }] })],
  "kernel-filters": [edited({ securityOpts: ["no-new-privileges:true", "seccomp=unconfined"] })],
  "memory-limit": [edited({ memory: 0 }), edited({ memorySwap: -1 })],
  "processor-limit": [edited({ cpus: "0" })],
  "process-limit": [{ ...edited({}), limits: { ...edited({}).limits, processes: 0 } }],
  "bounded-log": [edited({ logOpts: {} })],
  "health-check": [edited({ healthcheck: { tests: ["NONE"] } })],
};

describe("the rules of the policy", () => {
  it("are broken by nothing in a container as the program makes it", () => {
    assert.deepEqual(breachesOf(confinementOf(spec), "prod"), []);
  });

  for (const [rule, containers] of Object.entries(broken)) {
    it(`find what breaks ${rule}`, () => {
      for (const container of containers) {
        const rules = breachesOf(container, "prod").map((breach) => breach.rule);
        assert.ok(rules.includes(rule as RuleName), JSON.stringify(rules));
        // A socket is a path of the host, too.
        const others = rules.filter(
          (one) => one !== rule && !(rule === "no-engine-socket" && one === "no-host-paths"),
        );
        assert.deepEqual(others, []);
      }
    });
  }

  it("have nothing against an address of the host's own", () => {
    for (const address of ["127.0.0.1", "::1", "192.0.2.7"])
      for (const role of ["mysql", "prometheus"])
        assert.deepEqual(breachesOf(inRole(role, address), "prod"), []);
  });

  it("are all looked at, and the exceptions name no others", () => {
    assert.deepEqual([...Object.keys(containerRules), "strong-tls"].sort(), [...ruleNames].sort());
    for (const { rules } of exceptions) for (const rule of rules) assert.ok(ruleNames.includes(rule), rule);
  });
});

describe("the rule strong-tls", () => {
  const configuration = renderSample()["stand-in.conf"];

  it("is kept by the gateway's configuration", () => {
    assert.deepEqual(
      breachesOfTls([...Object.values(renderSample()), curvesWith("hybrid"), curvesWith("usual")]),
      [],
    );
  });

  const weaker: [what: string, from: string | RegExp, to: string][] = [
    ["ssl_protocols TLSv1.1", "TLSv1.2 TLSv1.3", "TLSv1.1 TLSv1.2"],
    ["ssl_ciphers AES128-SHA", /(ssl_ciphers )/, "$1AES128-SHA:"],
    ["ssl_ecdh_curve secp192r1", /(ssl_ecdh_curve )/, "$1secp192r1:"],
    ["ssl_ciphers is not set", /ssl_ciphers [^;]*;/, ""],
    [
      "ssl_conf_command Options -NoRenegotiation",
      "ssl_protocols",
      "ssl_conf_command Options -NoRenegotiation;\n  ssl_protocols",
    ],
  ];
  for (const [what, from, to] of weaker) {
    it(`finds ${what}`, () => {
      const [breach] = breachesOfTls([configuration.replace(from, to)]);
      assert.equal(breach?.rule, "strong-tls");
      assert.equal(breach.got, what);
    });
  }
});

describe("an exception", () => {
  const breaches = breachesOf(inRole("mysql", "0.0.0.0"), "prod");

  it("is what the refusal offers, beside the command that mends", () => {
    assert.equal(
      blocks(problemsOf(breaches, {}, "prod")).join("\n"),
      `
webnet:mysql.bindAddress
  problem: it breaks the rule database-not-public of the policy. MySQL is published on no address or on one of the host's, never on all of them. Whoever reaches the port can try passwords, and meets every flaw of the server before anybody logs in
  got:     0.0.0.0
  allowed: what the rule says, or an exception with its reason in words (20 characters or more)
  fix:     pulumi config set --path 'webnet:mysql.bindAddress' 127.0.0.1 --stack prod
  or:      pulumi config set --path 'webnet:policy.exceptions.database-not-public' '<reason>' --stack prod
`.trim(),
    );
  });

  it("lets what it is for, and nothing else", () => {
    const reason = "the office's reporting tool has no other way";
    assert.deepEqual(problemsOf(breaches, { "database-not-public": reason }, "prod"), []);
    assert.equal(problemsOf(breaches, { "monitoring-not-public": reason }, "prod").length, 1);
  });

  it("is a warning where nothing needs it", () => {
    assert.deepEqual(vainExceptions(breaches, { "database-not-public": "r" }, "prod"), []);
    assert.match(
      vainExceptions([], { "no-root": "r" }, "prod").join(),
      /the policy's rule no-root: .* is not needed/,
    );
  });
});
