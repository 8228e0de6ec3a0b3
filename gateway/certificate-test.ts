import { certificateFiles, renderCertificateTest } from "../render/nginx.ts";

const test = "/tmp/certificate-test";
/** Stands in the configuration for the directory of the pair. */
const pair = "@pair@";

/**
 * Shell lines with the function `fits`, which tries a pair in a directory, by its absolute path: an nginx of its own loads
 * it, and makes a handshake with it on a socket. `nginx -t` alone takes a key of another kind than the certificate's, by
 * which no handshake works. If it doesn't fit, `$said` says why.
 */
export const certificateTest: readonly string[] = [
  "fits() {",
  `  [ -s "$1/${certificateFiles.served}" ] || { said="its files are not complete"; return 1; }`,
  `  test=${test}-$(cat /proc/sys/kernel/random/uuid)`,
  `  sed -e "s|${pair}|$1|" -e "s|${test}|$test|" > "$test.conf" <<'END'`,
  renderCertificateTest(pair, test).trimEnd(),
  "END",
  '  if said=$(nginx -t -q -c "$test.conf" 2>&1) && nginx -q -c "$test.conf" > /dev/null 2>&1; then',
  '    said=$(curl -ksS -o /dev/null --max-time 5 --unix-socket "$test.sock" https://localhost/ 2>&1); good=$?',
  '    nginx -q -s stop -c "$test.conf" > /dev/null 2>&1',
  "  else good=1; fi",
  '  rm -f "$test".*',
  "  return $good",
  "}",
];
