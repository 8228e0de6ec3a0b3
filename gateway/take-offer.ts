import { certificateFiles, servedFile } from "../render/nginx.ts";
import { acceptingWorkers, askItself } from "./asking.ts";
import { certificateTest } from "./certificate-test.ts";
import { pruneCommands } from "./certificate.ts";
import {
  acmeOffers,
  certificatesDirectory,
  ownConfig,
  refusedNote,
  servedCertificate,
  takesOffers,
} from "./layout.ts";
import { reloadScript } from "./reload.ts";

const proofSeconds = 30;
/** A pair that nginx did not take is tried again after so long: it may only have been busy. */
const againMinutes = 60;
/** A try that was killed is over after so long. */
const longestMinutes = 10;
const trying = "/tmp/taking-certificate";
/** Stands in the text for what the shell knows. */
const digest = "@digest@";

/**
 * Takes the pair that certbot offers, as {@link installPair} takes one's own: written beside the former one, tested by
 * nginx, made the served one by one link, and proved after the reload. If nginx doesn't serve it, the former one comes
 * back. Every nginx of the pod does it for itself; the first one that gets there writes the pair.
 */
const take = [
  `cd ${certificatesDirectory} || exit 1`,
  "umask 077",
  'say() { echo "webnet: $1" >&2; }',
  `refuse() { printf '%s\\n%s\\n' "$offered" "$1" > ${refusedNote}.next && mv ${refusedNote}.next ${refusedNote}; say "the certificate $offered was not taken: $1"; exit 1; }`,
  ...certificateTest,
  `find . -maxdepth 1 -name '.new-*' -mmin +${longestMinutes} -exec rm -rf {} +`,
  "new=.new-$(cat /proc/sys/kernel/random/uuid)",
  'mkdir "$new" || exit 1',
  `trap 'rm -rf "$new"' EXIT`,
  ...[certificateFiles.chain, certificateFiles.key].map(
    (file) => `cat "${acmeOffers}/$offered/${file}" > "$new/${file}" || exit 1`,
  ),
  `sed "s|${digest}|$offered|" > "$new/${certificateFiles.served}" <<'END' || exit 1`,
  servedFile(digest).trimEnd(),
  "END",
  'fits "$PWD/$new" || refuse "nginx refuses it: $said"',
  // A power cut after the link has moved would leave empty files behind it.
  "sync",
  // What is there already may be damaged.
  'if [ -d "$offered" ]; then mv -T "$offered" "$new.former" && mv -T "$new" "$offered" && rm -rf "$new.former"; else mv -T "$new" "$offered"; fi || exit 1',
  `former=$(readlink ${servedCertificate})`,
  'point() { ln -sfn "$1" ".next-$$" && mv -T ".next-$$" current; }',
  'point "$offered" || exit 1',
  `said=$( ( \n${reloadScript({ about: "certificate", is: '"$offered"' }, proofSeconds).join("\n")}\n ) 2>&1 ) || {`,
  // Ended, as by a stop or a successor: the next one loads what nginx has tested.
  `  [ ${acceptingWorkers} -gt 0 ] || { say "nginx ends, and the next one serves the certificate $offered"; exit 1; }`,
  `  [ -n "$former" ] && [ "$former" != "$offered" ] && point "$former" && nginx -s reload -c ${ownConfig}`,
  '  refuse "nginx did not serve it: $said"',
  "}",
  `rm -f ${refusedNote}`,
  'say "the certificate $offered serves"',
  ...pruneCommands('"$offered"'),
].join("\n");

/**
 * Shell lines for nginx's health check: if certbot offers another pair than this nginx serves, it begins to take it, and
 * doesn't wait. They fail no check.
 */
export const takeOffer = [
  `offered=$(readlink ${acmeOffers}/current) || offered=`,
  // Whatever else the link may be made to say.
  'case $offered in "" | *[!0-9a-f]*) offered= ;; esac',
  // One that ends, or does not speak TLS yet, says nothing.
  `serves=$(${askItself("certificate").join(" ")} 2> /dev/null) || serves=`,
  'case $serves in "" | *[!0-9a-f]*) offered= ;; esac',
  `if [ -n "$offered" ] && [ -e ${takesOffers} ] && [ "$offered" != "$serves" ]; then`,
  `  refused=$(find ${refusedNote} -mmin -${againMinutes} -exec head -n 1 {} + 2> /dev/null)`,
  `  find ${trying} -maxdepth 0 -mmin +${longestMinutes} -exec rm -rf {} + 2> /dev/null`,
  `  if [ "$refused" != "$offered" ] && mkdir ${trying} 2> /dev/null; then`,
  `    export offered`,
  `    { sh -c '${take.replaceAll("'", String.raw`'\''`)}'; rm -rf ${trying}; } < /dev/null > /proc/1/fd/1 2> /proc/1/fd/2 &`,
  "  fi",
  "fi",
].join("\n");
