import { runningVariable } from "../../contract/trial.ts";
import { requirePrograms } from "../programs.ts";

/** Asked of the server that runs; {@link trialProgram} compares the answer with its own. */
export const versionCommand = ["mysqld", "--version"];

/**
 * What a container of MySQL's new description runs beside the one that serves, without its data: that the image has what
 * a start and a health check need, that its series is not an older one, whose server refuses the data after the newer one
 * is gone, and that it takes its configuration. `runningVariable` holds what the running one said.
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
    // The directory for temporary files is made in the data as the server starts.
    "exec mysqld --tmpdir=/tmp --validate-config",
  ].join("\n"),
];
