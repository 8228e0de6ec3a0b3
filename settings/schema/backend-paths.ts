import { z } from "zod";
import { defaults } from "../defaults.ts";
import { flag, oneOf, optional, text, withDefault } from "./fields.ts";

/** The path prefix of all that goes to the backend. */
const basePath = () =>
  text({
    pattern: /^(?!\/(?:assets|healthz)$)(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$/,
    allowed:
      'a path that begins with "/" and doesn\'t end with one, such as /api or /shop/api: letters, digits, "-", "_", "~" and, within a name, "."; not /assets or /healthz',
    placeholder: "<path>",
    longest: 100,
  });

/** A path on the backend itself. A shell and nginx take it as it stands. */
const ownPath = (further = "") =>
  text({
    pattern: /^(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$/,
    allowed: `a path on the backend itself, such as /api/health, without a slash at its end: letters, digits, "-", "_", "~", "." and "/"${further}`,
    placeholder: "<path>",
    longest: 200,
  });

/** The word that stands for "no metrics". */
export const noMetrics = "none";

const metricsPath = () =>
  z.union([z.literal(noMetrics), ownPath()]).meta({
    ...ownPath(`, or ${noMetrics}`).meta(),
  });

/** How a backend is spoken to, which follows from its framework. */
export const backendPaths = {
  kind: withDefault(
    oneOf(["spring", "plain"]),
    defaults.backend.kind,
    "What the backend is built with. `spring`: it is told everything by Spring's variables. `plain`, for Node, Python, Go and others: by `PORT`, `DATABASE_HOST`, `DATABASE_PORT`, `DATABASE_NAME`, `DATABASE_USER` and `DATABASE_PASSWORD_FILE`, without any of Spring's or Java's.",
  ),
  port: withDefault(
    z.int().min(1024).max(65535).meta({ allowed: "a port number, 1024 to 65535", placeholder: "<port>" }),
    defaults.backend.port,
    "Port that the backend listens on in its container; it is told so by `SERVER_PORT`, or `PORT` for `plain`.",
  ),
  basePath: withDefault(
    basePath(),
    defaults.backend.basePath,
    "Public path below which everything goes to the backend; all other paths are the frontend's. Without a frontend, a colour's backend gets every path.",
  ),
  stripBasePath: withDefault(
    flag(),
    defaults.backend.stripBasePath,
    "Whether the gateway takes `backend.basePath` off before it passes a request on; the header `X-Forwarded-Prefix` then names it.",
  ),
  healthPath: optional(
    ownPath(),
    "Path on the backend that answers 2xx only while the backend can serve; the health check asks it inside the container.",
    "`spring`: `/actuator/health/readiness` below `backend.basePath`, `plain`: `/health` below it; without it where it is taken off, or where there is no frontend",
  ),
  metricsPath: optional(
    metricsPath(),
    "Path on the backend that Prometheus scrapes, or `none` for a backend without metrics. No client reaches it.",
    "`spring`: `/actuator/prometheus`, as for `backend.healthPath`; `plain`: `none`",
  ),
};
