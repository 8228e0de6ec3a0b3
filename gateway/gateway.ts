import type Docker from "dockerode";
import { execIn, execSeconds, mustSucceed, type Exec, type ExecResult } from "../engine/exec.ts";
import { writeFiles } from "../engine/volume.ts";
import { workerProcesses } from "../render/nginx.ts";
import {
  acceptingWorkers,
  askItself,
  countProcesses,
  endingWorker,
  listenCommand,
  worker,
} from "./asking.ts";
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
import { proofPollMilliseconds, reloadScript, type Proof } from "./reload.ts";
import { parseRecord, UnreadableRecord, type GenerationRecord } from "./record.ts";

/** curl's exit code after its time, which is 5 s. */
const curlTimedOut = 28;
/** curl's exit code if nobody listens. */
const curlRefused = 7;
const triesOfSlow = 6;
const drainPollMilliseconds = 250;
/** No exit code of curl's. */
const noRecord = 200;
const unroutedNote = `${configDirectory}/unrouted`;

/** A running gateway, with the steps of a switch. */
export class GatewayContainer {
  readonly container: Docker.Container;
  /** Runs a command in the gateway's container. */
  readonly exec: Exec;

  /** @param exec for several steps, see `inShell`. Default: each command is an exec of its own. */
  constructor(
    container: Docker.Container,
    exec: Exec = (argv, stdin, seconds) => execIn(container, argv, stdin, seconds),
  ) {
    this.container = container;
    this.exec = exec;
  }

  /** Directory of a generation, as the gateway sees it. */
  static directory(generation: string): string {
    return `${generationsDirectory}/${generation}`;
  }

  /**
   * The record of the generation that really serves. It asks nginx itself: nginx can accept a reload and not apply it.
   *
   * @throws UnreadableRecord if the record is damaged; Error if the gateway does not answer
   */
  async servingRecord(): Promise<GenerationRecord> {
    const script = [
      `serving=$(${askItself("generation").join(" ")})`,
      `cat ${GatewayContainer.directory("$serving")}/record.json || exit ${noRecord}`,
    ].join("\n");
    const ask = () => this.exec(["sh", "-ec", script]);
    let answer = await ask();
    // A busy nginx may answer too late once. A record that wasn't read is not a damaged one, and says nothing.
    if (!isOfRecord(answer)) answer = await ask();
    const record = answer.exitCode === 0 ? parseRecord(answer.stdout) : undefined;
    if (record !== undefined) return record;
    if (isOfRecord(answer)) answer = await this.exec(askItself("generation"));
    if (answer.exitCode === 0) throw new UnreadableRecord(answer.stdout.trim());
    const why = answer.stderr.trim() || "the engine could run nothing in its container";
    throw new Error(`the gateway doesn't answer: ${why}`);
  }

  /** True if the gateway is still in the network of an earlier start of its edge, where no client can reach it. */
  async isInDeadNetwork(): Promise<boolean> {
    return (await this.exec(["sh", "-c", inDeadNetwork])).exitCode === 0;
  }

  /** Writes a generation beside the live one and lets nginx test it. The live generation stays untouched. */
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

  /**
   * Moves the pointer to a generation, reloads once, and waits until every worker that takes connections serves it.
   *
   * @param guard a shell command; if it fails, nothing is moved
   */
  async activate(generation: string, timeoutSeconds: number, guard = ":"): Promise<void> {
    await this.reload(
      [
        guard,
        `ln -sfn generations/${generation} ${configDirectory}/next`,
        `mv -T ${configDirectory}/next ${pointer}`,
      ],
      { about: "generation", is: generation },
      timeoutSeconds,
    );
  }

  /** True if nginx says that it takes connections from outside. */
  async isPublic(): Promise<boolean> {
    return (await this.listening()) === "public";
  }

  /** How nginx says that it listens; undefined if it does not answer. Asks one that is only slow for half a minute. */
  async listening(): Promise<string | undefined> {
    const { exitCode, stdout } = await this.askHowItListens();
    return exitCode === 0 ? stdout.trim() : undefined;
  }

  /**
   * False if it says that it takes no connections from outside, or if no nginx listens. One that is only silent may take
   * them: they wait for it in the kernel.
   *
   * @throws Error if the question was cut off, as by the end of its container: then nobody knows
   */
  async mayBePublic(): Promise<boolean> {
    const { exitCode, stdout, stderr } = await this.askHowItListens();
    if (exitCode === 0) return stdout.trim() !== "quiet";
    if (exitCode === curlRefused) return false;
    if (exitCode === curlTimedOut) return true;
    throw new Error(`the question for its connections ended with exit code ${exitCode}: ${stderr.trim()}`);
  }

  private async askHowItListens(): Promise<ExecResult> {
    for (let left = triesOfSlow; ; left -= 1) {
      const answer = await this.exec(askItself("listening"));
      if (answer.exitCode !== curlTimedOut || left === 1) return answer;
    }
  }

  /**
   * Opens the gateway to connections from outside, or closes it to new ones. Existing connections go on, as after every
   * reload. Waits until nginx confirms it.
   */
  async listen(listening: "public" | "quiet", timeoutSeconds: number): Promise<void> {
    await this.reload([listenCommand(listening)], { about: "listening", is: listening }, timeoutSeconds);
  }

  /** Lets nginx finish its connections and end. Waits until it takes no new ones. */
  async quit(timeoutSeconds: number): Promise<void> {
    const script = [
      `nginx -s quit -c ${ownConfig}`,
      `left=${(timeoutSeconds * 1000) / proofPollMilliseconds}`,
      "while [ $left -gt 0 ]; do",
      "  left=$((left - 1))",
      `  [ ${acceptingWorkers} -le 0 ] && exit 0`,
      `  sleep ${proofPollMilliseconds / 1000}`,
      "done",
      "exit 1",
    ].join("\n");
    await mustSucceed(this.exec, ["sh", "-c", script]);
  }

  /** Applies `changes`, reloads nginx once, and waits until only new workers take connections and answer `is`. */
  async reload(changes: readonly string[], proof: Proof, timeoutSeconds: number): Promise<void> {
    const script = [...changes, ...reloadScript(proof, timeoutSeconds)].join("\n");
    // Each pass may also take as long as its curl.
    const result = await this.exec(["sh", "-ec", script], undefined, execSeconds + 20 * timeoutSeconds);
    if (result.exitCode !== 0) {
      throw new Error(`nginx did not take the new configuration into service: ${result.stderr.trim()}`);
    }
  }

  /** Sets the names by which requests reach releases, and removes all others. nginx looks a name up at each request. */
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

  /** Removes all but the newest `keep` generations, and never the one that the pointer names. */
  async prune(keep: number): Promise<void> {
    const script = [
      `cd ${generationsDirectory}`,
      `live=$(basename "$(readlink ${pointer})")`,
      `ls -t | tail -n +${keep + 1} | while read -r old; do [ "$old" = "$live" ] || rm -rf "./$old"; done`,
    ].join("\n");
    await mustSucceed(this.exec, ["sh", "-ec", script]);
  }

  /** Removes a generation that was staged but never served. */
  async discard(generation: string): Promise<void> {
    await mustSucceed(this.exec, ["rm", "-rf", GatewayContainer.directory(generation)]);
  }

  /**
   * Notes that the stack gave up the route, as in a `pulumi destroy` that deletes the releases next. The note names the
   * generation, so it does not apply to a later route.
   */
  async noteUnrouted(): Promise<void> {
    await mustSucceed(this.exec, ["sh", "-ec", `readlink ${pointer} > ${unroutedNote}`]);
  }

  /** Removes that note. */
  async noteRouted(): Promise<void> {
    await mustSucceed(this.exec, ["rm", "-f", unroutedNote]);
  }

  /** True if the note names the generation that the pointer names. */
  async wasUnrouted(): Promise<boolean> {
    const script = `[ -s ${unroutedNote} ] && [ "$(cat ${unroutedNote})" = "$(readlink ${pointer})" ]`;
    return (await this.exec(["sh", "-c", script])).exitCode === 0;
  }

  /**
   * Counts the workers of earlier generations that still finish requests. Returns as soon as there are none, or after
   * `forSeconds`. It waits in the gateway's container, because each command there costs the host as much as many
   * requests.
   */
  async supersededWorkers(forSeconds: number): Promise<number> {
    const script = [
      `left=${Math.ceil((forSeconds * 1000) / drainPollMilliseconds)}`,
      "while :; do",
      `  superseded=$(${countProcesses(endingWorker)})`,
      // Old workers notice a reload a moment later, and count as superseded until then.
      `  surplus=$(( $(${countProcesses(worker)}) - ${workerProcesses} ))`,
      "  [ $surplus -gt $superseded ] && superseded=$surplus",
      "  [ $superseded -gt 0 ] && [ $left -gt 0 ] || break",
      "  left=$((left - 1))",
      `  sleep ${drainPollMilliseconds / 1000}`,
      "done",
      "echo $superseded",
    ].join("\n");
    // Counting the processes takes time besides the sleeps.
    return Number(await mustSucceed(this.exec, ["sh", "-c", script], execSeconds + 2 * forSeconds));
  }
}

/** True if nginx named its generation, so that the answer tells of that one's record. */
function isOfRecord({ exitCode }: ExecResult): boolean {
  return exitCode === 0 || exitCode === noRecord;
}
