import { secretsDirectory } from "../../deploy/mysql/layout.ts";
import { temporaryDirectory } from "./server.ts";

const data = "/var/lib/mysql";
/** Stands in the data directory from before its first initialisation until somebody could log in. */
const firstStart = `${data}/.first-start`;
const interrupted = `${data}/.interrupted`;

/**
 * What MySQL's container runs, a shell's script. The first start makes the accounts by the image's own initialisation;
 * every later one brings them in line with the passwords that the stack knows, so that data which outlived a `pulumi
 * destroy` can be used again. A server that refuses a statement of the start file leaves the rest of it, and serves;
 * `deploy/accounts.ts` then says so.
 *
 * An initialisation that was cut off leaves half a data directory, which upstream's image takes for a whole one at each
 * further start (docker-library/mysql 280). Here it is put aside, and made once more. Names that begin with a dot are
 * nothing to MySQL: neither in the way of an initialisation, nor data.
 */
export const startScript = [
  // What a server that was killed left there is nobody's any more.
  `mkdir -p ${temporaryDirectory} && find ${temporaryDirectory} -mindepth 1 -delete`,
  // What a file system of its own has from the beginning.
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
 * How MySQL is asked whether it is healthy: as the monitoring account, by TCP, since the server that runs during the first
 * initialisation listens on its socket alone. The first good answer says that this one is complete; nothing is written
 * into a database before it.
 */
export const healthCommand = [
  "sh",
  "-c",
  `mysql --defaults-extra-file=${secretsDirectory}/client.cnf -e 'SELECT 1' && rm -f ${firstStart}`,
];
