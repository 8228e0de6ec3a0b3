import type Docker from "dockerode";
import { execIn, execSeconds, mustSucceed, type Exec } from "../engine/exec.ts";
import { writeFiles } from "../engine/volume.ts";
import { workerProcesses } from "../render/nginx.ts";
import { askItself, countProcesses, endingWorker, listenCommand, worker, type Question } from "./asking.ts";
import {
  configDirectory,
  configHome,
  canaryLink,
  configMount,
  frontendLink,
  frontendMount,
  generationsDirectory,
  inDeadNetwork,
  namesDirectory,
  ownConfig,
  pointer,
} from "./layout.ts";
import { parseRecord, UnreadableRecord, type GenerationRecord } from "./record.ts";

const proofPollMilliseconds = 100;
const drainPollMilliseconds = 250;
const unroutedNote = `${configDirectory}/unrouted`;

/** The running gateway, as the steps of a switch need it. */
export class GatewayContainer {
  readonly container: Docker.Container;
  /** Runs a command in its container. */
  readonly exec: Exec;

  /** @param exec for several steps, see `inShell`. Default: each command is an exec of its own. */
  constructor(
    container: Docker.Container,
    exec: Exec = (argv, stdin, seconds) => execIn(container, argv, stdin, seconds),
  ) {
    this.container = container;
    this.exec = exec;
  }

  /** Directory of a generation in the gateway's file system. */
  static directory(generation: string): string {
    return `${generationsDirectory}/${generation}`;
  }

  /**
   * The record of the generation that really serves, asked of nginx itself: a reload can be accepted and not applied.
   *
   * @throws UnreadableRecord where the record is damaged; Error where the gateway doesn't answer
   */
  async servingRecord(): Promise<GenerationRecord> {
    const script = [
      `serving=$(${askItself("generation").join(" ")})`,
      `cat ${GatewayContainer.directory("$serving")}/record.json`,
    ].join("\n");
    const answer = await this.exec(["sh", "-ec", script]);
    const record = answer.exitCode === 0 ? parseRecord(answer.stdout) : undefined;
    if (record !== undefined) return record;
    const serving = await this.exec(askItself("generation"));
    if (serving.exitCode === 0) throw new UnreadableRecord(serving.stdout.trim());
    const why = answer.stderr.trim() || "the engine could run nothing in its container";
    throw new Error(`the gateway doesn't answer: ${why}`);
  }

  /** Whether nobody can reach it, since its edge was started again, and the engine has not had it see that yet. */
  async isInDeadNetwork(): Promise<boolean> {
    return (await this.exec(["sh", "-c", inDeadNetwork])).exitCode === 0;
  }

  /** Writes a generation beside the live one and has nginx test it; the live one is not touched. */
  async stage(record: GenerationRecord, files: Record<string, string>, uid: number): Promise<void> {
    const all = { ...files, "record.json": JSON.stringify(record) };
    const entries = Object.entries(all).map(([name, content]) => ({
      path: `${configHome}/generations/${record.generation}/${name}`,
      content,
      mode: 0o400,
      uid,
    }));
    const link = (name: string, release: string) => ({
      path: `${configHome}/generations/${record.generation}/${name}`,
      target: `${frontendMount}/${release}`,
      uid,
    });
    const links = [
      link(frontendLink, record.active ?? ""),
      ...(record.canary ? [link(canaryLink, record.canary.release)] : []),
    ];
    await writeFiles(this.container, configMount, [...entries, ...links]);
    const test = await this.exec([
      "nginx",
      "-t",
      "-q",
      "-c",
      `${GatewayContainer.directory(record.generation)}/nginx.conf`,
    ]);
    if (test.exitCode !== 0) throw new Error(`nginx refuses the new configuration:\n${test.stderr.trim()}`);
  }

  /** Moves the pointer to a generation, reloads once, and waits for the proof that it serves, and it alone. */
  async activate(generation: string, timeoutSeconds: number): Promise<void> {
    await this.reload(
      [
        `ln -sfn generations/${generation} ${configDirectory}/next`,
        `mv -T ${configDirectory}/next ${pointer}`,
      ],
      { about: "generation", is: generation },
      timeoutSeconds,
    );
  }

  /** Whether it takes connections from outside, as it says itself. */
  async isPublic(): Promise<boolean> {
    return (await this.listening()) === "public";
  }

  /** How it listens, as it says itself; undefined where it doesn't answer. */
  async listening(): Promise<string | undefined> {
    const answer = await this.exec(askItself("listening"));
    return answer.exitCode === 0 ? answer.stdout.trim() : undefined;
  }

  /**
   * Has it take connections from outside, or take no new ones: those that it has go on, as after every reload. Waits for
   * the proof that it does.
   */
  async listen(listening: "public" | "quiet", timeoutSeconds: number): Promise<void> {
    await this.reload([listenCommand(listening)], { about: "listening", is: listening }, timeoutSeconds);
  }

  /** Has it take no new connections and end when it has finished those that it has; waits until it takes none. */
  async quit(timeoutSeconds: number): Promise<void> {
    const script = [
      `nginx -s quit -c ${ownConfig}`,
      `left=${(timeoutSeconds * 1000) / proofPollMilliseconds}`,
      "while [ $left -gt 0 ]; do",
      "  left=$((left - 1))",
      `  [ $(( $(${countProcesses(worker)}) - $(${countProcesses(endingWorker)}) )) -le 0 ] && exit 0`,
      `  sleep ${proofPollMilliseconds / 1000}`,
      "done",
      "exit 1",
    ].join("\n");
    await mustSucceed(this.exec, ["sh", "-c", script]);
  }

  /** Reloads nginx once after `changes`, and waits until all workers that take connections answer as they should. */
  private async reload(
    changes: readonly string[],
    { about, is }: { about: Question; is: string },
    timeoutSeconds: number,
  ): Promise<void> {
    const script = [
      ...changes,
      `nginx -s reload -c ${ownConfig}`,
      `left=${(timeoutSeconds * 1000) / proofPollMilliseconds}`,
      "while [ $left -gt 0 ]; do",
      "  left=$((left - 1))",
      `  serving=$(${askItself(about).join(" ")} 2>/dev/null) || serving=`,
      // Until the old workers know that they are to end, they take new connections as well.
      `  accepting=$(( $(${countProcesses(worker)}) - $(${countProcesses(endingWorker)}) ))`,
      `  [ "$serving" = ${is} ] && [ $accepting -le ${workerProcesses} ] && exit 0`,
      `  sleep ${proofPollMilliseconds / 1000}`,
      "done",
      'echo "still serving: ${serving:-no answer}, by $accepting workers" >&2',
      "exit 1",
    ].join("\n");
    // Each look at what serves may take as long as its curl.
    const result = await this.exec(["sh", "-ec", script], undefined, execSeconds + 20 * timeoutSeconds);
    if (result.exitCode !== 0) {
      throw new Error(`nginx did not take the new configuration into service: ${result.stderr.trim()}`);
    }
  }

  /** Makes releases known by names, and by no others: nginx looks them up at each request. */
  async nameReleases(names: Record<string, string>): Promise<void> {
    const script = [
      `mkdir -p ${namesDirectory}`,
      `cd ${namesDirectory}`,
      ...Object.entries(names).map(
        ([name, release]) => `ln -sfn ${frontendMount}/${release} .next && mv -T .next ${name}`,
      ),
      `for name in *; do case " ${Object.keys(names).join(" ")} " in *" $name "*) ;; *) rm -f "./$name";; esac; done`,
    ].join("\n");
    await mustSucceed(this.exec, ["sh", "-ec", script]);
  }

  /** Removes generations, and never the one that the pointer names. */
  async prune(keep: number): Promise<void> {
    const script = [
      `cd ${generationsDirectory}`,
      `live=$(basename "$(readlink ${pointer})")`,
      `ls -t | tail -n +${keep + 1} | while read -r old; do [ "$old" = "$live" ] || rm -rf "./$old"; done`,
    ].join("\n");
    await mustSucceed(this.exec, ["sh", "-ec", script]);
  }

  /** Removes one generation that was staged and not taken. */
  async discard(generation: string): Promise<void> {
    await mustSucceed(this.exec, ["rm", "-rf", GatewayContainer.directory(generation)]);
  }

  /**
   * Notes that the route was given up, as by a `pulumi destroy` that deletes the releases next. The note names the
   * generation: it says nothing of what is routed to later.
   */
  async noteUnrouted(): Promise<void> {
    await mustSucceed(this.exec, ["sh", "-ec", `readlink ${pointer} > ${unroutedNote}`]);
  }

  /** Takes that note back. */
  async noteRouted(): Promise<void> {
    await mustSucceed(this.exec, ["rm", "-f", unroutedNote]);
  }

  /** Whether the route to the generation that the pointer names was given up. */
  async wasUnrouted(): Promise<boolean> {
    const script = `[ -s ${unroutedNote} ] && [ "$(cat ${unroutedNote})" = "$(readlink ${pointer})" ]`;
    return (await this.exec(["sh", "-c", script])).exitCode === 0;
  }

  /**
   * How many workers of earlier generations still finish what they began: as soon as there are none, or after so many
   * seconds. It waits in the gateway's container, since each command there costs the host as much as many requests.
   */
  async supersededWorkers(forSeconds: number): Promise<number> {
    const script = [
      `left=${Math.ceil((forSeconds * 1000) / drainPollMilliseconds)}`,
      "while :; do",
      `  superseded=$(${countProcesses(endingWorker)})`,
      // For a moment after a reload the old workers don't know yet that they are to end.
      `  surplus=$(( $(${countProcesses(worker)}) - ${workerProcesses} ))`,
      "  [ $surplus -gt $superseded ] && superseded=$surplus",
      "  [ $superseded -gt 0 ] && [ $left -gt 0 ] || break",
      "  left=$((left - 1))",
      `  sleep ${drainPollMilliseconds / 1000}`,
      "done",
      "echo $superseded",
    ].join("\n");
    // What counts the processes takes its time besides the sleeps.
    return Number(await mustSucceed(this.exec, ["sh", "-c", script], execSeconds + 2 * forSeconds));
  }
}
