import { certificateFiles, renderCertificateTest, servedFile } from "../render/nginx.ts";
import { askItself } from "./asking.ts";
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
/** Stands in texts for what the shell knows. */
const [digest, folder] = ["@digest@", "@folder@"];

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
  `fill() { sed -e "s|${digest}|$offered|" -e "s|${folder}|$PWD/$1|"; }`,
  `find . -maxdepth 1 -name '.new-*' -mmin +${longestMinutes} -exec rm -rf {} +`,
  "new=.new-$(cat /proc/sys/kernel/random/uuid)",
  'mkdir "$new" || exit 1',
  `trap 'rm -rf "$new"' EXIT`,
  ...[certificateFiles.chain, certificateFiles.key].map(
    (file) => `cat "${acmeOffers}/$offered/${file}" > "$new/${file}" || exit 1`,
  ),
  `fill <<'END' > "$new/${certificateFiles.served}" || exit 1`,
  servedFile(digest).trimEnd(),
  "END",
  `fill "$new" <<'END' > "$new/test.conf" || exit 1`,
  renderCertificateTest(folder, `${trying}/test`).trimEnd(),
  "END",
  'said=$(nginx -t -q -c "$PWD/$new/test.conf" 2>&1) || refuse "nginx refuses it: $said"',
  'rm -f "$new/test.conf"',
  '[ -d "$offered" ] || mv -T "$new" "$offered" || exit 1',
  `former=$(readlink ${servedCertificate})`,
  'point() { ln -sfn "$1" ".next-$$" && mv -T ".next-$$" current; }',
  'point "$offered" || exit 1',
  `said=$( ( \n${reloadScript({ about: "certificate", is: '"$offered"' }, proofSeconds).join("\n")}\n ) 2>&1 ) || {`,
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
  `if [ -n "$offered" ] && [ -e ${takesOffers} ] && [ "$offered" != "$(${askItself("certificate").join(" ")})" ]; then`,
  `  refused=$(find ${refusedNote} -mmin -${againMinutes} -exec head -n 1 {} + 2> /dev/null)`,
  `  find ${trying} -maxdepth 0 -mmin +${longestMinutes} -exec rm -rf {} + 2> /dev/null`,
  `  if [ "$refused" != "$offered" ] && mkdir ${trying} 2> /dev/null; then`,
  `    export offered`,
  `    { sh -c '${take.replaceAll("'", String.raw`'\''`)}'; rm -rf ${trying}; } < /dev/null > /proc/1/fd/1 2> /proc/1/fd/2 &`,
  "  fi",
  "fi",
].join("\n");
