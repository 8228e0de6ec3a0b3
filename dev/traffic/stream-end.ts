import type { Socket } from "node:net";
import type { Run } from "./run.ts";

/**
 * How a stream ended: its reader had enough (`client`), the application took its leave by a close frame or a last event
 * (`farewell`), or the connection ended properly between two messages without that (`dropped`), as nginx ends what a
 * superseded worker still holds when its time is up.
 */
export type StreamEnd = "client" | "farewell" | "dropped";

/**
 * That a stream which began at `start` was dropped.
 * @throws Error when that was a failure, being too early for the run's traffic.
 */
export function dropped(run: Run, start: number): "dropped" {
  const seconds = (performance.now() - start) / 1000;
  if (seconds < run.dropsAllowedAfterSeconds) throw new Error("stream ended early");
  return "dropped";
}

/** Watches a connection's other end; false while it has not ended its side, or has reset it. */
export function watchEnd(socket: Socket): () => boolean {
  let ended = false;
  socket.once("end", () => {
    ended = true;
  });
  return () => ended;
}
