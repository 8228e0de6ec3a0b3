import { secretsDirectory } from "../../workload/names.ts";
import { healthClientFile } from "./layout.ts";
import { temporaryDirectory } from "./server.ts";

const data = "/var/lib/mysql";
/** Exists in the data directory from before the first initialisation until the first successful health check. */
const firstStart = `${data}/.first-start`;
const interrupted = `${data}/.interrupted`;

/**
 * The shell script that MySQL's container runs. At the first start, the image's own initialisation makes the accounts.
 * Every later start brings them in line with the stack's passwords, so that data which outlived a `pulumi destroy` work
 * again. If the server refuses a statement of the start file, it skips the rest, and serves; `deploy/accounts.ts` then
 * reports it.
 *
 * An interrupted initialisation leaves half a data directory. Upstream's image takes it for a whole one at every later
 * start (docker-library/mysql 280). This script moves it aside and initialises again. MySQL ignores names that begin
 * with a dot: they neither block an initialisation nor count as data.
 */
export const startScript = [
  // Temporary files of a killed server; nothing uses them any more.
  `mkdir -p ${temporaryDirectory} && find ${temporaryDirectory} -mindepth 1 -delete`,
  // A separate file system has lost+found from the beginning.
  `isNew() { [ -z "$(ls ${data} | grep -vx lost+found)" ]; }`,
  `if [ -e ${firstStart} ] && ! isNew; then`,
  `  echo "webnet: the first start was interrupted: what it left is now in ${interrupted}, and it starts over" >&2`,
  `  rm -rf ${interrupted} && mkdir ${interrupted} || exit 1`,
  `  find ${data} -mindepth 1 -maxdepth 1 ! -name '.*' ! -name lost+found -exec mv {} ${interrupted} \\;`,
  "fi",
  "if isNew; then",
  `  : > ${firstStart}`,
  "else",
  `  set -- --init-file=${secretsDirectory}/accounts.sql`,
  "fi",
  'exec docker-entrypoint.sh mysqld "$@"',
].join("\n");

/**
 * MySQL's health check. It logs in as the monitoring account by TCP, because the server of the first initialisation
 * listens on its socket only. The first success shows that the initialisation is complete; nothing writes into a
 * database before it.
 */
export const healthCommand = [
  "sh",
  "-c",
  `mysql --defaults-extra-file=${secretsDirectory}/${healthClientFile} -e 'SELECT 1' && rm -f ${firstStart}`,
];
