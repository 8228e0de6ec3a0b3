import { agentTo } from "./connection.ts";
import type { TrafficKinds } from "./options.ts";
import { send, type Target } from "./request.ts";
import { getPage, writeRow } from "./exchange.ts";
import { atRate, inParallel, pause, record, type Outcome, type Run } from "./run.ts";

const defaultPaths = ["/", "/api/version"];
const millisecondsAfterFailure = 100;
/** With the other kinds fewer than the 100 requests that the gateway takes from one client by default. */
const mostOpen = 20;

/** Makes GETs over kept connections. */
export function keepAlive(run: Run, settings: NonNullable<TrafficKinds["keepAlive"]>): Promise<void>[] {
  const { connections, perSecond, paths } = settings;
  return onConnections(run, connections, async (target, index) => {
    const next = inTurn(paths ?? defaultPaths, index);
    await atRate(run, perSecond / connections, async () => {
      const well = await record(run, "keepAlive", async () => get(target, next()));
      if (!well) await pause(run, millisecondsAfterFailure);
    });
  });
}

/**
 * Makes each GET over a new connection. More than a few open ones would meet the gateway's bound on a client's requests, as
 * the whole traffic comes from one address, and be turned away as they should.
 */
export function newConnection(
  run: Run,
  settings: NonNullable<TrafficKinds["newConnection"]>,
): Promise<void>[] {
  const target = { ...run.target, agent: agentTo(run.target, { keepAlive: false }) };
  const next = inTurn(settings.paths ?? defaultPaths, 0);
  return [
    inParallel(run, { perSecond: settings.perSecond, mostOpen }, () =>
      record(run, "newConnection", async () => get(target, next())),
    ),
  ];
}

/** Writes rows by POSTs. Uses each id once. */
export function rows(run: Run, settings: NonNullable<TrafficKinds["rows"]>): Promise<void>[] {
  const { connections, perSecond } = settings;
  return onConnections(run, connections, async (target, index) => {
    let count = 0;
    await atRate(run, perSecond / connections, async () => {
      count += 1;
      const id = `${run.rowPrefix}${index}-${count}`;
      const well = await record(run, "rows", () => writeRow((...row) => send(target, ...row), id), id);
      if (!well) await pause(run, millisecondsAfterFailure);
    });
  });
}

/** Makes GETs that the backend answers slowly. */
export function slow(run: Run, settings: NonNullable<TrafficKinds["slow"]>): Promise<void>[] {
  return onConnections(run, settings.connections, async (target) => {
    const patient = { ...target, timeoutSeconds: target.timeoutSeconds + settings.seconds };
    do {
      await record(run, "slow", async () => get(patient, `/api/slow?seconds=${settings.seconds}`));
    } while (await pause(run, millisecondsAfterFailure));
  });
}

function get(target: Target, path: string): Promise<Outcome> {
  return getPage((...asked) => send(target, ...asked), path);
}

/** Runs `work` once per kept connection, all at the same time. */
export function onConnections(
  run: Run,
  connections: number,
  work: (target: Target, index: number) => Promise<void>,
): Promise<void>[] {
  return Array.from({ length: connections }, async (_, index) => {
    const agent = agentTo(run.target, { keepAlive: true, maxSockets: 1 });
    await work({ ...run.target, agent }, index);
    agent.destroy();
  });
}

/** Returns a function that yields the paths in turn, again and again, starting at index `first`. */
export function inTurn(paths: readonly string[], first: number): () => string {
  let index = first;
  return () => paths[index++ % paths.length] ?? "/";
}
