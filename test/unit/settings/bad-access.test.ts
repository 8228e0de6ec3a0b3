import assert from "node:assert/strict";
import { parseSettings } from "../../../settings/index.ts";
import { changed, refusal, refuses } from "./support.ts";

const secret = ["gatewayPasswords"];

describe("settings: who is let in", () => {
  refuses(
    "a rule that lets nobody in",
    { "gateway.access": { site: { paths: ["/"] } } },
    `
webnet:gateway.access.site
  problem: it lets nobody in
  allowed: either clients or users or both, or isOpen
  fix:     pulumi config set --path 'webnet:gateway.access.site.users[0]' <user> --stack prod
  or:      pulumi config set --path 'webnet:gateway.access.site.clients[0]' <address> --stack prod`,
  );

  refuses(
    "a user without a password",
    { "gateway.access": { site: { paths: ["/"], users: ["alice"] } } },
    `
webnet:gatewayPasswords.alice
  problem: it is missing, and webnet:gateway.access lets alice in
  allowed: a password of at least 10 characters
  fix:     pulumi config set --secret --path 'webnet:gatewayPasswords.alice' --stack prod`,
  );

  it("refuses a password in plain text, a short one and one of nobody, and shows none of them", () => {
    const rule = { "gateway.access": { site: { paths: ["/"], users: ["alice"] } } };
    const plain = refusal(changed({ ...rule, gatewayPasswords: { alice: "correct-horse" } }));
    assert.match(plain, /in plain text[^]*--secret --path 'webnet:gatewayPasswords\.alice'/);
    const short = refusal(changed({ ...rule, gatewayPasswords: { alice: "horse" } }), secret);
    assert.match(short, /gatewayPasswords\.alice[^]*at least 10 characters/);
    const unused = refusal(
      changed({ ...rule, gatewayPasswords: { alice: "correct-horse", bob: "correct-horse" } }),
      secret,
    );
    assert.match(unused, /gatewayPasswords\.bob\n.*no rule of webnet:gateway\.access lets bob in/);
    for (const message of [plain, short, unused]) assert.doesNotMatch(message, /horse/);
  });

  it("refuses two rules for one path, an open one that names somebody, and paths that are none", () => {
    const clients = ["192.0.2.1"];
    const two = { one: { paths: ["/api"], clients }, two: { paths: ["/API"], clients } };
    assert.match(refusal(changed({ "gateway.access": two })), /the same path as webnet:gateway\.access\.one/);
    const both = { one: { paths: ["/"], clients, isOpen: true } };
    assert.match(refusal(changed({ "gateway.access": both })), /lets everybody in, and names/);
    for (const path of ["api", "/api/", "/a b", "/x;y", ""])
      assert.throws(() =>
        parseSettings(changed({ "gateway.access": { a: { paths: [path], clients } } }), "prod"),
      );
  });

  it("takes rules with clients, users, or nothing closed", () => {
    const rules = {
      site: { paths: ["/"], users: ["alice"], clients: ["192.0.2.0/24"] },
      api: { paths: ["/api"], isOpen: true },
    };
    const { gateway } = parseSettings(
      changed({ "gateway.access": rules, gatewayPasswords: { alice: "correct-horse" } }),
      "prod",
      new Set(secret),
    );
    assert.deepEqual(gateway.access["api"], {
      paths: ["/api"],
      hosts: [],
      clients: [],
      users: [],
      isOpen: true,
    });
  });
});
