import { getPage, writeRow, type Exchange } from "./exchange.ts";
import { Http2Connection } from "./http2-connection.ts";
import type { TrafficKinds } from "./options.ts";
import { inTurn } from "./requests.ts";
import { inParallel, record, type Run } from "./run.ts";

const defaultPaths = ["/", "/api/version", "/api/slow?seconds=1"];
/** Parallel requests of a connection, for the same reason as with new connections (`requests.ts`). */
const mostOpen = 16;

/** Makes parallel requests on HTTP/2 connections: a slow request doesn't delay the next one. */
export function http2(run: Run, settings: NonNullable<TrafficKinds["http2"]>): Promise<void>[] {
  const { connections, perSecond, paths = defaultPaths } = settings;
  return Array.from({ length: connections }, async (_, index) => {
    const connection = new Http2Connection(run.target);
    const exchange: Exchange = (...request) => connection.send(...request);
    const next = inTurn(paths, index);
    let count = 0;
    await inParallel(run, { perSecond: perSecond / connections, mostOpen }, () => {
      count += 1;
      return count % 4 === 0 ? row(`${run.rowPrefix}h${index}-${count}`) : page(next());
    });
    await connection.close();

    function row(id: string): Promise<boolean> {
      return record(run, "http2", () => writeRow(exchange, id), id);
    }

    function page(path: string): Promise<boolean> {
      return record(run, path.startsWith("/api/slow") ? "slow" : "http2", () => getPage(exchange, path));
    }
  });
}
