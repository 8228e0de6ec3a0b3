import { gatewayPorts } from "../../gateway/layout.ts";
import { frontendMount } from "../../render/nginx.ts";
import { onBase } from "../toolchain/images/catalogue.ts";

/** Makes requests as fast as it can. */
export const wrkImage = onBase({ suite: "trixie", packages: ["wrk"] }, [], {
  reference: "webnet.local/wrk:4.1",
  config: { cmd: ["wrk"] },
});

const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
  .map((name) => `${name}_temp_path /tmp/${name};`)
  .join(" ");
const around = (http: string) =>
  `worker_processes 2; pid /tmp/nginx.pid; error_log stderr; events { worker_connections 4096; } http { ${temporary} include /etc/nginx/mime.types; ${http} }`;

/** A backend that costs next to nothing, so that the gateway is what is measured. */
export const backendImage = onBase(
  { suite: "forky", packages: ["nginx", "curl"] },
  [{ name: "app", id: 10001 }],
  {
    reference: "webnet.local/bench-backend:v1",
    files: {
      "/etc/nginx/nginx.conf": around(
        `access_log off; keepalive_requests 1000000; server { listen 8080; location / { default_type application/json; return 200 '{"text":"${"x".repeat(1000)}"}'; } }`,
      ),
    },
    config: { cmd: ["nginx", "-g", "daemon off;"], user: "10001" },
  },
);

/** A bare nginx with what every gateway of this kind needs: files, compression, a log, and kept connections. */
export function bareConfig(release: string, backend: string): string {
  return around(
    [
      "access_log /tmp/access.log combined;",
      "gzip on; gzip_types text/css text/javascript application/javascript application/json image/svg+xml;",
      "open_file_cache max=1000 inactive=60s;",
      `upstream backend { server ${backend}:8080; keepalive 32; }`,
      `server { listen ${gatewayPorts.public};`,
      `root ${frontendMount}/${release};`,
      'location /api/ { proxy_pass http://backend; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host; proxy_set_header X-Forwarded-For $remote_addr; }',
      "location / { try_files $uri /index.html; }",
      "}",
    ].join(" "),
  );
}
