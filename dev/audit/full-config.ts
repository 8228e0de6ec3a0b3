import { authorityText } from "../../certificate/files.ts";
import { prometheusPort } from "../../services/prometheus.ts";
import { configFiles, renderGateway, toldOf } from "../../render/nginx.ts";
import { parseSettings } from "../../settings/index.ts";
import { gatewayPorts } from "../../gateway/layout.ts";
import type { Listening } from "../../render/nginx.ts";

/** Settings that use all that the gateway's configuration can hold at once. */
const settings = {
  domain: "www.example.com",
  activeColor: "blue",
  colors: {
    blue: { backendTag: "sha-1", frontendTag: "sha-1" },
    green: { backendTag: "sha-2", frontendTag: "sha-2" },
  },
  images: { backend: "registry.example/backend", frontend: "registry.example/frontend" },
  gateway: {
    aliases: ["example.com"],
    tls: { certificate: "acme", hstsSubdomains: true },
    canaryPercent: 10,
    trustedProxies: { balancer: ["192.0.2.0/24"] },
    headers: { "Permissions-Policy": "camera=()" },
    maintenance: { on: true, guests: ["192.0.2.9"], retryAfterSeconds: 600 },
  },
};

/** The gateway's configuration with all its parts, for each way to listen. */
export function fullConfig(): { listening: Listening; text: string }[] {
  const files = renderGateway({
    ...toldOf(parseSettings(settings, "audit"), "webnet-audit-backend-", {
      prometheus: { host: "webnet-audit-prometheus", port: prometheusPort },
      authorityText,
    }),
    generation: "audit",
    listenPort: gatewayPorts.public,
    tlsPort: gatewayPorts.tls,
    certificateDirectory: "/etc/webnet/gateway/certificates/current",
    active: { release: "blue-1a2b3c4d", color: "blue" },
    canary: { release: "green-1a2b3c4d", percent: settings.gateway.canaryPercent },
    keptReleases: ["blue-00000001"],
    newestFrontend: "/etc/webnet/gateway/current/frontend",
    namesDirectory: "/etc/webnet/gateway/names",
    maintenanceFile: "/etc/webnet/gateway/maintenance",
    usersDirectory: "/users",
    generationDirectory: "/generation",
    guardToken: "0".repeat(32),
  });
  return Object.entries(configFiles).map(([listening, file]) => ({
    listening: listening as Listening,
    text: files[file],
  }));
}
