import { backendPort } from "../render/nginx.ts";

/** Where a backend says whether it can serve. */
const readiness = `http://127.0.0.1:${backendPort}/api/actuator/health/readiness`;

/**
 * The health check of a backend, in exec form. Only a 2xx answer is healthy. The check prints the answer, its status
 * first because the engine keeps only the beginning, or the reason why there was none.
 *
 * @param timeoutSeconds after which the engine gives up a check. It kills only the shell. A child of the shell stays
 *   with the backend's first process, which may never reap it: so curl ends itself earlier
 */
export function readinessCheck(timeoutSeconds: number, url = readiness): string[] {
  const script = [
    // The backend asks itself: a proxy from its environment would not find it.
    "unset http_proxy HTTP_PROXY all_proxy ALL_PROXY",
    "failed=0",
    // Base images have the one or the other.
    "if command -v curl >/dev/null 2>&1; then",
    `  answer=$(curl -sS -i --max-time ${(timeoutSeconds * 0.8).toFixed(1)} ${url} 2>&1) || failed=1`,
    '  printf "%s\\n" "$answer"',
    // curl takes every answer for a success.
    "  status=${answer#* }",
    "  case ${status%%[!0-9]*} in 2??) exit $failed;; esac",
    "  exit 1",
    "fi",
    // BusyBox's wget has no version and hardly any option. It fails on a bad status by itself.
    `wget --version >/dev/null 2>&1 || exec wget -q -O - ${url}`,
    `exec wget -nv -S -t 1 -T ${timeoutSeconds} --max-redirect=0 --content-on-error -O - ${url} 2>&1`,
  ];
  return ["sh", "-c", script.join("\n")];
}
