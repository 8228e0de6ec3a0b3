import { nginxUid } from "./layout.ts";
import { logFiles } from "../render/nginx.ts";
import type { MemoryDirectory } from "../workload/workload.ts";

const directory = "/var/log/webnet";
const ended = "/tmp/nginx-ended";
/** Of that directory: the file that is written, and the one aside. The rest is for an engine that reads nothing. */
const share = 1 / 4;
const millisecondsBetween = 1000;
/** How long nginx's container waits at its end for the engine to read the last lines. */
const lastSeconds = 3;

/** The directory that keeps nginx's log lines until the engine has read them. */
export function logMemory(megabytes: number): Record<string, MemoryDirectory> {
  // At a container's second start, root would own a directory that the image lacks, and others could not write to it.
  return { [directory]: { megabytes, mode: "0755", owner: nginxUid } };
}

/**
 * Shell commands that run nginx until it ends, and pass its logs on to the container's output.
 *
 * nginx itself must not write there: while the engine is away or its disk stalls, nobody reads the output, it is full
 * after 64 KB, and each worker then waits in its next line with all its requests. In memory no line waits. Passing on
 * reads what has been added since its last look, and loses none: a full file is put aside, nginx opens a new one, and
 * the one aside is read on until the next is full, because a worker may write to it for a moment.
 *
 * @param megabytes the memory of {@link logMemory}
 */
export function runWithLogs(nginx: string, megabytes: number): string[] {
  return [
    ...Object.entries(logFiles).map(([name, file]) => `ln -sfn ${directory}/${name}.log ${file}`),
    `${nginx} &`,
    "nginx=$!",
    // A first process gets only the signals that it has a trap for.
    'for signal in HUP INT QUIT TERM USR1; do trap "kill -$signal $nginx" $signal; done',
    ...passOn(megabytes * 1024 * 1024 * share),
    "pass_on access & access=$!",
    "pass_on error >&2 & error=$!",
    // A signal ends `wait`, not nginx.
    "while kill -0 $nginx 2> /dev/null; do wait $nginx; code=$?; done",
    `: > ${ended}`,
    `{ sleep ${lastSeconds}; kill $access $error; } 2> /dev/null &`,
    "wait $access $error",
    "exit $code",
  ];
}

const passOn = (mostBytes: number): string[] => [
  // Prints what the file $1 has after its first $2 bytes, and sets `size`.
  "print_after() {",
  '  size=$2; [ ! -e "$1" ] || size=$(wc -c < "$1")',
  '  [ "$size" -le "$2" ] || tail -c +$(($2 + 1)) "$1" | head -c $((size - $2))',
  "}",
  "pass_on() {",
  `  file=${directory}/$1.log; shown=0; shown_aside=0`,
  "  while :; do",
  `    [ -e ${ended} ] && last=yes || last=no`,
  '    print_after "$file.aside" $shown_aside; shown_aside=$size',
  '    print_after "$file" $shown; shown=$size',
  "    [ $last = no ] || return 0",
  `    if [ $shown -ge ${mostBytes} ]; then`,
  '      mv -f "$file" "$file.aside"; shown_aside=$shown; shown=0',
  "      kill -USR1 $nginx",
  "    fi",
  `    sleep ${millisecondsBetween / 1000}`,
  "  done",
  "}",
];
