import type Docker from "dockerode";

/**
 * Seconds for the engine's answer to a question or a simple order. An engine with much to do needs some for making or
 * removing a container, and one that hangs never answers.
 */
const answerSeconds = 120;

/** Answered when work is done that takes its time, which whoever asks for it bounds by what the work is. */
const lasting = new RegExp(
  [
    "^/containers/[^/]+/(wait|stop|restart|archive|attach|logs)$",
    "^/exec/[^/]+/start$",
    "^/images/(create|load|get|prune)$",
    "^/images/.+/push$",
    "^/(build|events|commit|system/df)$",
    "^/(containers|networks|volumes)/prune$",
  ].join("|"),
);

/** An engine that gave no answer in time. */
export class EngineSilent extends Error {}

interface Request {
  path: string;
  method: string;
  abortSignal?: AbortSignal;
}

type Callback = (error: unknown, answer?: unknown) => void;

/** Has a client wait no longer for an answer than an engine that works needs for it. */
export function withAnswerTime(docker: Docker, seconds = answerSeconds): Docker {
  const modem = docker.modem as { dial: (request: Request, callback: Callback) => void };
  const dial = modem.dial.bind(modem);
  modem.dial = (request, callback) => {
    const path = request.path.replace(/\?.*/, "");
    if (lasting.test(path)) {
      dial(request, callback);
      return;
    }
    const late = new AbortController();
    const timer = setTimeout(() => {
      late.abort();
    }, seconds * 1000);
    const signals = request.abortSignal === undefined ? [] : [request.abortSignal];
    dial({ ...request, abortSignal: AbortSignal.any([late.signal, ...signals]) }, (error, answer) => {
      clearTimeout(timer);
      const silence = `no answer to ${request.method} ${path} within ${seconds} s`;
      callback(late.signal.aborted ? new EngineSilent(silence) : error, answer);
    });
  };
  return docker;
}
