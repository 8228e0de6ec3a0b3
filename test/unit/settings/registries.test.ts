import assert from "node:assert/strict";
import { readStackFile } from "../../../ops/stack-config.ts";
import { loginFor, providerAddresses, registryLogins } from "../../../settings/registries.ts";
import { registryOf } from "../../../settings/registry-names.ts";
import { platformWith } from "../support/platform.ts";
import { changed, refusal, refuses } from "./support.ts";

const secret = ["registryPassword", "registryPasswords"];
const hub = { address: "docker.io", username: "deployer" };
const github = { address: "ghcr.io", username: "robot" };

describe("settings: registries", () => {
  const { settings } = platformWith({
    registry: hub,
    registryPassword: "hunter2",
    registries: [github, { address: "registry.example:5000", username: "third" }],
    registryPasswords: { "ghcr.io": "hunter3", "registry.example:5000": "1234" },
  });
  const logins = registryLogins(settings);

  it("are as many as the stack config has, each with its password", () => {
    assert.deepEqual(logins, [
      { ...hub, password: "hunter2" },
      { ...github, password: "hunter3" },
      { address: "registry.example:5000", username: "third", password: "1234" },
    ]);
    assert.deepEqual(registryLogins(platformWith().settings), []);
  });

  for (const [reference, user] of [
    ["nginx:1.30", "deployer"],
    ["team/backend:v1", "deployer"],
    ["docker.io/team/backend:v1", "deployer"],
    ["index.docker.io/team/backend:v1", "deployer"],
    ["ghcr.io/team/backend:v1", "robot"],
    ["registry.example:5000/backend:v1", "third"],
    ["registry.example/backend:v1", undefined],
    ["localhost/backend:v1", undefined],
  ] as const) {
    it(`${user ?? "nobody"} asks for ${reference}`, () => {
      assert.equal(loginFor(reference, logins)?.username, user);
    });
  }

  it("of Docker Hub go by any of its names", () => {
    for (const address of [
      "docker.io",
      "index.docker.io",
      "registry-1.docker.io",
      "registry.hub.docker.com",
    ]) {
      const login = { address, username: "deployer", password: "x" };
      assert.equal(loginFor("nginx:1.30", [login]), login);
      // The provider looks here for names without a host, and for those with docker.io or index.docker.io.
      assert.deepEqual(providerAddresses(address), ["registry-1.docker.io", "docker.io", "index.docker.io"]);
    }
    assert.deepEqual(providerAddresses("ghcr.io"), ["ghcr.io"]);
    assert.equal(registryOf("team/backend"), "docker.io");
  });

  it("have passwords that are all encrypted, or are refused by the operator's commands", () => {
    const file = (second: string) =>
      [
        "config:",
        "  webnet:domain: www.example.com",
        "  webnet:activeColor: blue",
        "  webnet:imageCatalogue: local",
        "  webnet:colors: {blue: {backendTag: v1, frontendTag: v1}}",
        "  webnet:registries: [{address: ghcr.io, username: a}, {address: docker.io, username: b}]",
        `  webnet:registryPasswords: {ghcr.io: {secure: AAA=}, docker.io: ${second}}`,
      ].join("\n");
    assert.deepEqual(Object.keys(readStackFile(file("{secure: AAA=}"), "x").registryPasswords ?? {}), [
      "ghcr.io",
      "docker.io",
    ]);
    assert.throws(
      () => readStackFile(file("hunter2"), "x"),
      ({ message }: Error) =>
        /webnet:registryPasswords\n {2}problem: it stands in the stack config in plain text/.test(message) &&
        !message.includes("hunter2"),
    );
  });
});

describe("settings: registries that don't fit", () => {
  refuses(
    "one without its password",
    { registries: [github, hub], registryPasswords: { "ghcr.io": "hunter2" } },
    `
webnet:registryPasswords["docker.io"]
  problem: it is missing, and webnet:registries has docker.io, which is of no use without it
  allowed: a password or access token
  fix:     pulumi config set --secret --path 'webnet:registryPasswords["docker.io"]' --stack prod`,
    secret,
  );
  refuses(
    "a password without its registry, without printing it",
    { registries: [github], registryPasswords: { "ghcr.io": "hunter2", "quay.io": "hunter2" } },
    `
webnet:registries
  problem: it has no quay.io, and webnet:registryPasswords["quay.io"] is of no use without it
  allowed: a list of up to 20 registries, each an object with address, username
  fix:     pulumi config set --path 'webnet:registries[1].address' quay.io --stack prod
  then:    pulumi config set --path 'webnet:registries[1].username' <user> --stack prod`,
    secret,
  );
  it("has a place of its own in the list for each of several passwords without their registry", () => {
    const registryPasswords = { "ghcr.io": "hunter2", "quay.io": "hunter2", "docker.io": "hunter2" };
    const message = refusal(changed({ registries: [github], registryPasswords }), secret);
    const places = [...message.matchAll(/webnet:registries\[(\d)\]\.address' (\S+)/g)];
    assert.deepEqual(
      places.map(([, position, address]) => [position, address]),
      [
        ["1", "quay.io"],
        ["2", "docker.io"],
      ],
    );
  });

  refuses(
    "Docker Hub twice, under two of its names",
    {
      registry: hub,
      registryPassword: "hunter2",
      registries: [{ address: "index.docker.io", username: "other" }],
      registryPasswords: { "index.docker.io": "hunter2" },
    },
    `
webnet:registries[0].address
  problem: the same registry as webnet:registry.address
  got:     "index.docker.io"
  allowed: a registry that no other login is for
  fix:     pulumi config rm --path 'webnet:registries[0]' --stack prod`,
    secret,
  );
  refuses(
    "passwords in plain text, without printing them",
    { registries: [github], registryPasswords: { "ghcr.io": "hunter2" } },
    `
webnet:registryPasswords
  problem: it stands in the stack config in plain text; take it for known to others, and change it
  got:     a value that is not shown, because it may be a secret
  allowed: a value that is stored encrypted
  fix:     pulumi config set --secret --path 'webnet:registryPasswords["ghcr.io"]' --stack prod`,
  );
  refuses(
    "an empty password",
    { registries: [github], registryPasswords: { "ghcr.io": "" } },
    `
webnet:registryPasswords["ghcr.io"]
  problem: its value is not allowed
  got:     a value that is not shown, because it may be a secret
  allowed: a password or access token
  fix:     pulumi config set --secret --path 'webnet:registryPasswords["ghcr.io"]' --stack prod`,
    secret,
  );
});
