import { configFiles, type Listening } from "../render/nginx.ts";
import { internalSocket, ownConfig, pointer } from "./layout.ts";

// The brackets keep a search from finding its own command line.
/** What the title of each of nginx's workers has. */
export const worker = "nginx: worker[ ]process";
/** What the title of one has that only finishes what it began. */
export const endingWorker = "worker process is shutting[ ]down";

/** What an nginx of the pod can be asked. */
export type Question = "generation" | "listening";

/** What asks an nginx in its own container: by the port, another one may answer that shares it. */
export function askItself(question: Question): string[] {
  const url = `http://localhost/.webnet/${question}`;
  return ["curl", "-sS", "--max-time", "5", "--unix-socket", internalSocket, url];
}

/** What makes an nginx read, from its next start or reload on, the configuration that listens so. */
export function listenCommand(listening: Listening): string {
  const file = configFiles[listening];
  return `ln -sfn ${pointer}/${file} ${ownConfig}.next && mv -T ${ownConfig}.next ${ownConfig}`;
}

/** What counts the processes in the gateway's container whose title has a text. */
export function countProcesses(title: string): string {
  return `grep -ls "${title}" /proc/[0-9]*/cmdline | wc -l`;
}
