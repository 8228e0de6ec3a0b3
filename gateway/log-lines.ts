import { nginxUid } from "./layout.ts";
import { logFiles, pidFile } from "../render/nginx.ts";
import type { MemoryDirectory } from "../workload/workload.ts";

const directory = "/var/log/webnet";
const ended = "/tmp/nginx-ended";
/** A log file of this share of the directory is put aside. Most of the rest is for an engine that reads nothing. */
const share = 1 / 8;
const secondsBetween = 1;
/** So long after nothing came any more, a file aside is removed. A worker opens a new one within milliseconds. */
const quietLooks = 5;
/** How long the container waits at its end for the engine to read the last lines. */
const lastSeconds = 3;

/** How nginx runs in its container. */
export interface NginxRun {
  command: string;
  /** Memory of {@link logMemory}, in MB. */
  logMegabytes: number;
  /** How long nginx may finish its requests after SIGQUIT. Streams that are left are cut then. */
  endSeconds: number;
}

/** The directory that keeps nginx's log lines until the engine has read them. */
export function logMemory(megabytes: number): Record<string, MemoryDirectory> {
  // At a second start of the container, the directory would be root's alone, unless the image has it.
  return { [directory]: { megabytes, mode: "0755", owner: nginxUid } };
}

/** How long the engine must give the container of {@link runWithLogs} to stop, in seconds. */
export function stopSeconds({ endSeconds }: Pick<NginxRun, "endSeconds">): number {
  return endSeconds + lastSeconds + secondsBetween + 1;
}

/**
 * Shell commands that run nginx until it ends, and print what it logs.
 *
 * nginx must not write to the container's output: while the engine is away or its disk stalls, nobody reads it, it is
 * full after 64 KB, and each worker then waits in its next line with all its requests. In memory no line waits.
 *
 * A loop for each log prints what was added since its last look. It puts a large file aside and has nginx open a new
 * one. It reads the one aside until nothing comes any more, since a worker may still write to it, and then removes it.
 */
export function runWithLogs({ command, logMegabytes, endSeconds }: NginxRun): string[] {
  const loops = Object.keys(logFiles).map((name) => `$${name}`);
  return [
    ...Object.entries(logFiles).map(([name, file]) => `ln -sfn ${directory}/${name}.log ${file}`),
    `${command} &`,
    "nginx=$!",
    // A first process gets only the signals that it has a trap for.
    'for signal in INT TERM; do trap "kill -$signal $nginx" $signal; done',
    // Before nginx has its pid file, these would end it.
    `for signal in HUP USR1; do trap "[ ! -s ${pidFile} ] || kill -$signal $nginx" $signal; done`,
    `trap "kill -QUIT $nginx; { sleep ${endSeconds}; kill -TERM $nginx; } &" QUIT`,
    // Until a loop has its own trap.
    "trap '' ALRM",
    ...printLoop(logMegabytes * 1024 * 1024),
    ...Object.keys(logFiles).map((name) => `print_log ${name}${name === "error" ? " >&2" : ""} & ${name}=$!`),
    "wait $nginx; code=$?",
    // A signal ends `wait`, not nginx.
    "while [ $code -gt 128 ] && kill -0 $nginx 2> /dev/null; do wait $nginx; code=$?; done",
    // nginx may have ended just as a signal ended `wait`: then another one still tells its exit code.
    "if [ $code -gt 128 ]; then wait $nginx; again=$?; [ $again = 127 ] || code=$again; fi",
    // A second one must not end the wait for the last lines.
    deaf,
    `: > ${ended}`,
    // Ends their sleep.
    `kill -ALRM ${loops.join(" ")}`,
    `{ sleep ${lastSeconds}; kill -KILL ${loops.join(" ")}; } 2> /dev/null &`,
    `wait ${loops.join(" ")}`,
    "exit $code",
  ];
}

const deaf = "trap '' HUP INT QUIT TERM USR1";

const printLoop = (bytes: number): string[] => [
  // Prints what the file $1 has after its first $2 bytes, and sets `size`.
  "print_after() {",
  '  size=$2; [ ! -e "$1" ] || size=$(wc -c < "$1"); size=${size:-$2}',
  '  [ "$size" -le "$2" ] || tail -c +$(($2 + 1)) "$1" | head -c $((size - $2))',
  "}",
  "print_log() {",
  // A signal to all of the container's processes is for nginx: the last lines are still to come.
  `  ${deaf}; trap : ALRM`,
  `  file=${directory}/$1.log; shown=0; shown_aside=0; quiet=0`,
  "  while :; do",
  `    [ -e ${ended} ] && last=yes || last=no`,
  '    if [ -e "$file.aside" ]; then',
  '      print_after "$file.aside" $shown_aside',
  '      [ "$size" = "$shown_aside" ] && quiet=$((quiet + 1)) || quiet=0',
  "      shown_aside=$size",
  `      [ $quiet -lt ${quietLooks} ] || rm -f "$file.aside"`,
  "    fi",
  '    print_after "$file" $shown; shown=$size',
  "    [ $last = no ] || return 0",
  `    if [ $shown -ge ${bytes * share} ] && [ ! -e "$file.aside" ]; then`,
  '      mv "$file" "$file.aside"; shown_aside=$shown; shown=0; quiet=0',
  // It may have ended meanwhile.
  "      kill -USR1 $nginx 2> /dev/null",
  `      if [ $shown_aside -ge ${bytes / 2} ]; then`,
  // nginx wrote only a part of the last line that found room.
  '        [ "$(tail -c 1 "$file.aside" | wc -l)" -eq 1 ] || echo',
  '        echo "webnet: the engine did not read the $1 log for a while; lines may be missing" >&2',
  "      fi",
  "    fi",
  `    sleep ${secondsBetween} & wait $!`,
  "  done",
  "}",
];
