import { backendPort } from "../render/nginx.ts";

/** Where a backend says whether it can serve. */
const readiness = `http://127.0.0.1:${backendPort}/api/actuator/health/readiness`;

/**
 * The health check of a backend, in exec form: only an answer of 2xx is health. What it prints begins with the answer's
 * status, since the engine keeps the beginning only, or is the reason why there was none.
 *
 * @param timeoutSeconds after which the engine gives a check up; it then kills the shell alone, and what that waits for
 *   is left to the backend's first process, which may wait for nobody: curl ends by itself before
 */
export function readinessCheck(timeoutSeconds: number, url = readiness): string[] {
  const script = [
    // The backend asks itself: a proxy that its environment names would not find it.
    "unset http_proxy HTTP_PROXY all_proxy ALL_PROXY",
    "failed=0",
    // Base images come with the one or the other.
    "if command -v curl >/dev/null 2>&1; then",
    `  answer=$(curl -sS -i --max-time ${(timeoutSeconds * 0.8).toFixed(1)} ${url} 2>&1) || failed=1`,
    '  printf "%s\\n" "$answer"',
    // It takes every answer for a success.
    "  status=${answer#* }",
    "  case ${status%%[!0-9]*} in 2??) exit $failed;; esac",
    "  exit 1",
    "fi",
    // BusyBox's has no version and hardly any option, and tells a bad status by itself.
    `wget --version >/dev/null 2>&1 || exec wget -q -O - ${url}`,
    `exec wget -nv -S -t 1 -T ${timeoutSeconds} --max-redirect=0 --content-on-error -O - ${url} 2>&1`,
  ];
  return ["sh", "-c", script.join("\n")];
}
