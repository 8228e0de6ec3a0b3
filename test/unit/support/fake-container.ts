import { Duplex, type Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type Docker from "dockerode";
import { execIn, type Exec } from "../../../engine/exec.ts";

/** What a command in a fake container does. Default: it succeeds and prints nothing. */
export interface Answer {
  exitCode?: number;
  stdout?: string;
  stderr?: string;
}

/** A command that ran in a fake container. */
export interface Call {
  argv: string[];
  stdin: string;
}

/** A running container. A function answers its commands, and `calls` keeps them. */
export class FakeContainer {
  readonly calls: Call[] = [];
  /** Archives that it unpacked, with their targets. */
  readonly archives: { path: string; archive: Buffer }[] = [];
  readonly container: Docker.Container;
  readonly exec: Exec = (argv, stdin, seconds) => execIn(this.container, argv, stdin, seconds);

  constructor(answer: (call: Call) => Answer = () => ({})) {
    this.container = {
      exec: ({ Cmd: argv }: { Cmd: string[] }) => Promise.resolve(this.run(argv, answer)),
      inspect: () => Promise.resolve({ State: { Running: true, Restarting: false, StartedAt: "" } }),
      putArchive: async (archive: Readable, { path }: { path: string }) => {
        this.archives.push({ path, archive: await buffer(archive) });
      },
    } as unknown as Docker.Container;
  }

  private run(argv: string[], answer: (call: Call) => Answer): object {
    let given: Answer = {};
    const finish = (stdin: string): Buffer => {
      const call = { argv, stdin };
      this.calls.push(call);
      given = answer(call);
      return Buffer.concat([frame(1, given.stdout ?? ""), frame(2, given.stderr ?? "")]);
    };
    return {
      start: ({ stdin }: { stdin: boolean }) => Promise.resolve(stream(stdin, finish)),
      inspect: () => Promise.resolve({ ExitCode: given.exitCode ?? 0 }),
    };
  }
}

/** One frame of the engine's multiplexed output. */
export function frame(stream: number, payload: string | Buffer): Buffer {
  const content = Buffer.from(payload);
  const header = Buffer.alloc(8);
  header.writeUInt8(stream, 0);
  header.writeUInt32BE(content.length, 4);
  return Buffer.concat([header, content]);
}

function stream(takesInput: boolean, finish: (stdin: string) => Buffer): Duplex {
  const input: Buffer[] = [];
  const duplex = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      input.push(chunk);
      done();
    },
    final: (done) => {
      duplex.push(finish(Buffer.concat(input).toString()));
      duplex.push(null);
      done();
    },
  });
  if (!takesInput) duplex.end();
  return duplex;
}
