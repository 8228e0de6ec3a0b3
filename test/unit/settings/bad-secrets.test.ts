import { refuses } from "./support.ts";

describe("settings: secrets in the wrong place", () => {
  refuses(
    "a password in plain text, without printing it",
    { registryPassword: "hunter2", registry: { address: "ghcr.io", username: "deployer" } },
    `
webnet:registryPassword
  problem: it stands in the stack config in plain text; take it for known to others, and change it
  got:     a value that is not shown, because it may be a secret
  allowed: a value that is stored encrypted
  fix:     pulumi config set --secret webnet:registryPassword --stack prod`,
  );
  refuses(
    "a misspelt password, without printing it",
    { registryPasword: "hunter2" },
    `
webnet:registryPasword
  problem: there is no such setting; did you mean webnet:registryPassword?
  got:     a value that is not shown, because it may be a secret
  allowed: one of domain, activeColor, colors, standby, engine, network, imageCatalogue, images, pullPolicy, registry, registryPassword, registries, registryPasswords, gateway, gatewayPasswords, acmeSecrets, backend, mysql, monitoring, bake, data, policy
  fix:     pulumi config rm webnet:registryPasword --stack prod
  then:    pulumi config set --secret webnet:registryPassword --stack prod`,
  );
  refuses(
    "a misspelt area that holds a secret, without printing it",
    { mysq: "{}" },
    `
webnet:mysq
  problem: there is no such setting; did you mean webnet:mysql?
  got:     a value that is not shown, because it may be a secret
  allowed: one of domain, activeColor, colors, standby, engine, network, imageCatalogue, images, pullPolicy, registry, registryPassword, registries, registryPasswords, gateway, gatewayPasswords, acmeSecrets, backend, mysql, monitoring, bake, data, policy
  fix:     pulumi config rm webnet:mysq --stack prod`,
    ["mysq"],
  );
  refuses(
    "a registry without its password",
    { registry: { address: "ghcr.io", username: "deployer" } },
    `
webnet:registryPassword
  problem: it is missing, and webnet:registry is of no use without it
  allowed: a password or access token
  fix:     pulumi config set --secret webnet:registryPassword --stack prod`,
  );
  refuses(
    "a password without its registry",
    { registryPassword: "hunter2" },
    `
webnet:registry
  problem: it is missing, and webnet:registryPassword is of no use without it
  allowed: an object with address, username
  fix:     pulumi config set --path 'webnet:registry.address' <host-name> --stack prod
  then:    pulumi config set --path 'webnet:registry.username' <user> --stack prod`,
    ["registryPassword"],
  );
  refuses(
    "a registry with a scheme, its password kept back",
    { registryPassword: "hunter2", registry: { address: "https://ghcr.io", username: "deployer" } },
    `
webnet:registry.address
  problem: its value is not allowed
  got:     "https://ghcr.io"
  allowed: a registry's host name, with a port if need be and without scheme, such as ghcr.io; docker.io is Docker Hub
  fix:     pulumi config set --path 'webnet:registry.address' <host-name> --stack prod`,
    ["registryPassword"],
  );
  refuses(
    "an empty password",
    { registryPassword: "", registry: { address: "ghcr.io", username: "deployer" } },
    `
webnet:registryPassword
  problem: its value is not allowed
  got:     a value that is not shown, because it may be a secret
  allowed: a password or access token
  fix:     pulumi config set --secret webnet:registryPassword --stack prod`,
    ["registryPassword"],
  );
  refuses(
    "a setting that would not stay secret",
    { domain: "www.example.com" },
    `
webnet:domain
  problem: it holds a secret, which would not stay one: this setting is readable in the state and on the engine
  got:     a value that is not shown, because it may be a secret
  allowed: a host name in lower case, such as www.example.com: no scheme, port, path, wildcard or IP address
  fix:     pulumi config set --plaintext webnet:domain <host-name> --stack prod`,
    ["domain"],
  );
  refuses(
    "an area that would not stay secret",
    { "backend.environment": { API_KEY: "hunter2" } },
    `
webnet:backend
  problem: it holds a secret, which would not stay one: this setting is readable in the state and on the engine
  got:     a value that is not shown, because it may be a secret
  allowed: the same in plain text, without what must stay secret
  fix:     pulumi config set --plaintext --path 'webnet:backend.<key>' <value> --stack prod`,
    ["backend"],
  );
});
