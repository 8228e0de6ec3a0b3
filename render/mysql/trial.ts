import { runningVariable } from "../../contract/trial.ts";
import { requirePrograms } from "../programs.ts";

/** Asks the running server for its version; {@link trialProgram} compares it with its own. */
export const versionCommand = ["mysqld", "--version"];

/**
 * What a trial container with MySQL's new description runs, without data, beside the serving one. It checks three
 * things. The image has what a start and a health check need. Its series is not older: an older server would refuse the
 * data after the newer one is gone. It accepts its configuration. `runningVariable` holds the running server's version.
 */
export const trialProgram = [
  "sh",
  "-ec",
  [
    ...requirePrograms(["docker-entrypoint.sh", "mysqld", "mysql"]),
    "series() { sed -n 's/.*Ver \\([0-9][0-9]*\\)\\.\\([0-9][0-9]*\\).*/\\1 \\2/p'; }",
    `set -- $(echo "$${runningVariable}" | series) $(${versionCommand.join(" ")} | series)`,
    'if [ $# = 4 ] && { [ "$3" -lt "$1" ] || { [ "$3" = "$1" ] && [ "$4" -lt "$2" ]; }; }; then',
    '  echo "MySQL $3.$4 can\'t read the data of MySQL $1.$2, which runs: name an image of $1.$2 or newer" >&2',
    "  exit 1",
    "fi",
    // The directory for temporary files does not exist here: the server's start makes it in the data.
    "exec mysqld --tmpdir=/tmp --validate-config",
  ].join("\n"),
];
