import { refuses } from "./support.ts";

const noBackend = { "colors.blue.backendTag": "none", "images.backend": undefined };
const noFrontend = { "colors.blue.frontendTag": "none", "images.frontend": undefined };
const both = { backendTag: "sha-2", frontendTag: "sha-2" };

describe("settings: bad colours with one part", () => {
  refuses(
    "a colour with neither part",
    { "colors.blue.backendTag": "none", "colors.blue.frontendTag": "none" },
    `
webnet:colors.blue
  problem: it has neither a backend nor a frontend: nothing of it could serve
  got:     none for both tags
  allowed: none for one of the two at most
  fix:     pulumi config set --path 'webnet:colors.blue.backendTag' <tag> --stack prod
  or:      pulumi config set --path 'webnet:colors.blue.frontendTag' <tag> --stack prod`,
  );
  refuses(
    "several backends of a static site",
    { ...noBackend, "backend.replicas": 2 },
    `
webnet:backend
  problem: no colour has a backend, which alone it is for
  got:     an object with replicas
  allowed: nothing, while the backendTag of every colour is none
  fix:     pulumi config rm webnet:backend --stack prod`,
  );
  refuses(
    "a base path to take off for a static site",
    { ...noBackend, "backend.stripBasePath": true },
    `
webnet:backend
  problem: no colour has a backend, which alone it is for
  got:     an object with stripBasePath
  allowed: nothing, while the backendTag of every colour is none
  fix:     pulumi config rm webnet:backend --stack prod`,
  );
  refuses(
    "a time that no backend takes",
    { ...noBackend, "gateway.proxyTimeoutSeconds": 30 },
    `
webnet:gateway.proxyTimeoutSeconds
  problem: no colour has a backend, which alone it is for
  got:     30
  allowed: nothing, while the backendTag of every colour is none
  fix:     pulumi config rm --path 'webnet:gateway.proxyTimeoutSeconds' --stack prod`,
  );
  refuses(
    "login paths without a backend",
    { ...noBackend, "gateway.rateLimits.loginPaths": ["/api/login"] },
    `
webnet:gateway.rateLimits
  problem: no colour has a backend, which alone it is for
  got:     an object with loginPaths
  allowed: nothing, while the backendTag of every colour is none
  fix:     pulumi config rm --path 'webnet:gateway.rateLimits' --stack prod`,
  );
  refuses(
    "a route to a backend that no colour has, beside one to something outside",
    {
      ...noBackend,
      "gateway.proxyTimeoutSeconds": 30,
      "gateway.routes": {
        docs: { paths: ["/docs"], to: "backend" },
        api: { paths: ["/v1"], to: "https://service.example.com" },
      },
    },
    `
webnet:gateway.routes.docs
  problem: no colour has a backend, which alone it is for
  got:     an object with paths, to
  allowed: nothing, while the backendTag of every colour is none
  fix:     pulumi config rm --path 'webnet:gateway.routes.docs' --stack prod`,
  );
  refuses(
    "a base path where nothing else has a place",
    { ...noFrontend, "backend.basePath": "/shop" },
    `
webnet:backend.basePath
  problem: no colour has a frontend, which alone it is for
  got:     "/shop"
  allowed: nothing, while the frontendTag of every colour is none
  fix:     pulumi config rm --path 'webnet:backend.basePath' --stack prod`,
  );
  refuses(
    "what unknown addresses of no frontend get",
    { ...noFrontend, "gateway.unknownAddresses": "notFound" },
    `
webnet:gateway.unknownAddresses
  problem: no colour has a frontend, which alone it is for
  got:     "notFound"
  allowed: nothing, while the frontendTag of every colour is none
  fix:     pulumi config rm --path 'webnet:gateway.unknownAddresses' --stack prod`,
  );
  refuses(
    "a base path to take off while one colour has none",
    { "colors.blue.frontendTag": "none", "colors.green": both, "backend.stripBasePath": true },
    `
webnet:backend.stripBasePath
  problem: blue has no frontend, so that its backend gets every address: there is no base path to take off
  got:     true
  allowed: false, while the frontendTag of a colour is none
  fix:     pulumi config rm --path 'webnet:backend.stripBasePath' --stack prod`,
  );
  refuses(
    "a canary with other parts than what serves",
    { "colors.green": { ...both, backendTag: "none" }, "gateway.canaryPercent": 5 },
    `
webnet:gateway.canaryPercent
  problem: green has a frontend alone and blue both parts: clients can't be shared out between them
  got:     5
  allowed: 0, while the two colours don't have the same parts
  fix:     pulumi config set --path 'webnet:gateway.canaryPercent' 0 --stack prod`,
  );
  refuses(
    "a missing image of a part that a colour has",
    { "colors.blue.frontendTag": "none", "colors.green": both, "images.frontend": undefined },
    `
webnet:images.frontend
  problem: it is missing, and the catalogue \`upstream\` has no application
  allowed: an image name in lower case without tag and digest, such as ghcr.io/example/web-backend
  fix:     pulumi config set --path 'webnet:images.frontend' <repository> --stack prod`,
  );
});
