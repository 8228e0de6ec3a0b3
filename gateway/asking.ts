import { configFiles, type Listening } from "../render/nginx.ts";
import { internalSocket, ownConfig, pointer } from "./layout.ts";

// The brackets keep a search from finding its own command line.
/** Pattern that matches the process title of every nginx worker. */
export const worker = "nginx: worker[ ]process";
/** Pattern that matches the title of a worker that only finishes its requests. */
export const endingWorker = "worker process is shutting[ ]down";

/** The questions that an nginx of the pod answers. */
export type Question = "generation" | "listening" | "certificate";

/** The command that asks an nginx, inside its own container. By the port, another nginx that shares it may answer. */
export function askItself(question: Question): string[] {
  const url = `http://localhost/.webnet/${question}`;
  return ["curl", "-sS", "--max-time", "5", "--unix-socket", internalSocket, url];
}

/** Shell command that selects the configuration for this way to listen. nginx reads it at its next start or reload. */
export function listenCommand(listening: Listening): string {
  const file = configFiles[listening];
  return `ln -sfn ${pointer}/${file} ${ownConfig}.next && mv -T ${ownConfig}.next ${ownConfig}`;
}

/** Shell command that counts the processes in the gateway's container whose title matches. */
export function countProcesses(title: string): string {
  return `grep -ls "${title}" /proc/[0-9]*/cmdline | wc -l`;
}

/** Shell expression: the number of workers that take connections. */
export const acceptingWorkers = `$(( $(${countProcesses(worker)}) - $(${countProcesses(endingWorker)}) ))`;
