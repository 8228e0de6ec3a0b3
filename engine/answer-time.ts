import type Docker from "dockerode";

/**
 * Seconds that the engine gets to answer a simple request. A busy engine needs some seconds to create or remove a
 * container. An engine that hangs never answers.
 */
const answerSeconds = 120;

/** The engine answers these when long work is done. The caller sets a time limit that fits the work. */
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

/** The engine did not answer in time. */
export class EngineSilent extends Error {}

interface Request {
  path: string;
  method: string;
  abortSignal?: AbortSignal;
}

type Callback = (error: unknown, answer?: unknown) => void;

/** Makes a client's requests fail with {@link EngineSilent} after `seconds` (default: 120). Long work has no limit. */
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
