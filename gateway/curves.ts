import { curvesFile, curvesWith, renderCurvesTest } from "../render/nginx.ts";

const test = "/tmp/curves-test";

/**
 * Shell lines that an nginx with TLS runs before it starts: they note the curves that its own TLS library knows. The
 * newest one (of OpenSSL 3.5) would end an nginx that doesn't know it, so a configuration with it is tested first.
 */
export const noteCurves = [
  `cat > ${test}.conf <<'END'`,
  `${renderCurvesTest(test)}END`,
  `if nginx -t -q -c ${test}.conf 2> /dev/null; then`,
  `  echo '${curvesWith("hybrid")}' > ${curvesFile}`,
  "else",
  `  echo '${curvesWith("usual")}' > ${curvesFile}`,
  "fi",
  `rm -f ${test}.*`,
];
