import { refuses } from "./support.ts";

describe("settings: bad images", () => {
  refuses(
    "a missing backend image in the catalogue upstream",
    { "images.backend": undefined },
    `
webnet:images.backend
  problem: it is missing, and the catalogue \`upstream\` has no application
  allowed: an image name in lower case without tag and digest, such as ghcr.io/example/web-backend
  fix:     pulumi config set --path 'webnet:images.backend' <repository> --stack prod`,
  );
  refuses(
    "a backend image with a tag",
    { "images.backend": "ghcr.io/example/web-backend:v1" },
    `
webnet:images.backend
  problem: its value is not allowed
  got:     "ghcr.io/example/web-backend:v1"
  allowed: an image name in lower case without tag and digest, such as ghcr.io/example/web-backend
  fix:     pulumi config set --path 'webnet:images.backend' <repository> --stack prod`,
  );
  refuses(
    "a frontend image with a digest",
    {
      "images.frontend":
        "ghcr.io/example/web-frontend@sha256:0000000000000000000000000000000000000000000000000000000000000000",
    },
    `
webnet:images.frontend
  problem: its value is not allowed
  got:     "ghcr.io/example/web-frontend@sha256:0000000000000000000000000000000000000000000… (100 characters)
  allowed: an image name in lower case without tag and digest, such as ghcr.io/example/web-backend
  fix:     pulumi config set --path 'webnet:images.frontend' <repository> --stack prod`,
  );
  refuses(
    "an image name with capitals",
    { "images.backend": "ghcr.io/Example/web-backend" },
    `
webnet:images.backend
  problem: its value is not allowed
  got:     "ghcr.io/Example/web-backend"
  allowed: an image name in lower case without tag and digest, such as ghcr.io/example/web-backend
  fix:     pulumi config set --path 'webnet:images.backend' <repository> --stack prod`,
  );
  refuses(
    "a platform image without a tag",
    { "images.mysql": "mysql" },
    `
webnet:images.mysql
  problem: its value is not allowed
  got:     "mysql"
  allowed: an image name with a tag or a digest, such as prom/prometheus:v3.5.0
  fix:     pulumi config set --path 'webnet:images.mysql' <image> --stack prod`,
  );
  refuses(
    "an nginx that is too old",
    { "images.nginx": "nginx:1.27.3" },
    `
webnet:images.nginx
  problem: it is too old to switch without losing requests
  got:     "nginx:1.27.3"
  allowed: nginx 1.27.4 or newer
  fix:     pulumi config set --path 'webnet:images.nginx' <image> --stack prod`,
  );
  refuses(
    "an nginx that is too old, by its digest too",
    { "images.nginx": `nginx:1.20.0@sha256:${"0".repeat(64)}` },
    `
webnet:images.nginx
  problem: it is too old to switch without losing requests
  got:     "nginx:1.20.0@sha256:${"0".repeat(59)}… (84 characters)
  allowed: nginx 1.27.4 or newer
  fix:     pulumi config set --path 'webnet:images.nginx' <image> --stack prod`,
  );
  refuses(
    "an image catalogue that there isn't",
    { imageCatalogue: "locale" },
    `
webnet:imageCatalogue
  problem: its value is not allowed
  got:     "locale"
  allowed: upstream or local
  fix:     pulumi config set webnet:imageCatalogue local --stack prod`,
  );
  refuses(
    "a pull policy that there isn't",
    { pullPolicy: "IfNotPresent" },
    `
webnet:pullPolicy
  problem: its value is not allowed
  got:     "IfNotPresent"
  allowed: always, missing or never
  fix:     pulumi config set webnet:pullPolicy <always/missing/never> --stack prod`,
  );
  refuses(
    "pulling local images",
    { imageCatalogue: "local", pullPolicy: "always" },
    `
webnet:pullPolicy
  problem: the catalogue \`local\` is in no registry, so that its images cannot be pulled
  got:     "always"
  allowed: missing or never, while webnet:imageCatalogue is local
  fix:     pulumi config set webnet:pullPolicy never --stack prod`,
  );
});
