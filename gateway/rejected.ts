import { mustSucceed, type Exec } from "../engine/exec.ts";
import { releaseName } from "../render/nginx/route.ts";
import { configDirectory } from "./layout.ts";

/** The directory with one file for each release that a deploy took back; the file holds the reason. */
export const rejectedDirectory = `${configDirectory}/rejected`;

const mostOfReason = 300;

/** Notes that a deploy took a release back, so that no rollback goes to it. */
export async function noteRejected(exec: Exec, release: string, reason: string): Promise<void> {
  const [first = ""] = reason.split("\n");
  const script = `mkdir -p ${rejectedDirectory} && printf '%s\\n' "$1" > ${rejectedDirectory}/"$2"`;
  await mustSucceed(exec, ["sh", "-ec", script, "sh", first.slice(0, mostOfReason), nameOf(release)]);
}

/** The releases that deploys took back, each with its reason. */
export async function rejectedReleases(exec: Exec): Promise<Map<string, string>> {
  // Not `echo`: the shell's own takes a backslash in a reason for a command.
  const script = `cd ${rejectedDirectory} 2>/dev/null || exit 0; for name in *; do [ ! -f "$name" ] || printf '%s %s\\n' "$name" "$(head -n 1 "$name")"; done`;
  const lines = (await mustSucceed(exec, ["sh", "-c", script])).split("\n");
  return new Map(
    lines.flatMap((line): [string, string][] => {
      const [name = ""] = line.split(" ", 1);
      return releaseName.test(name) ? [[name, line.slice(name.length + 1).trim()]] : [];
    }),
  );
}

/** Removes the notes on all releases but these: a release that serves again gets another chance. */
export async function keepRejected(exec: Exec, releases: readonly string[]): Promise<void> {
  const script = [
    `cd ${rejectedDirectory} 2>/dev/null || exit 0`,
    `for name in *; do case " $1 " in *" $name "*) ;; *) rm -f "./$name";; esac; done`,
  ].join("\n");
  await mustSucceed(exec, ["sh", "-ec", script, "sh", releases.join(" ")]);
}

function nameOf(release: string): string {
  if (!releaseName.test(release)) throw new Error(`${JSON.stringify(release)} is no release's name`);
  return release;
}
