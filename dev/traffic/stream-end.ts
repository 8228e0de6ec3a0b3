import type { Socket } from "node:net";

/**
 * How a stream ended. `client`: the reader closed it. `farewell`: the application sent a close frame or a last event.
 * `dropped`: the connection ended properly between two messages, without a farewell. nginx drops the connections of a
 * superseded worker when its time is up.
 */
export type StreamEnd = "client" | "farewell" | "dropped";

/**
 * The end of a dropped stream that began at `start`.
 * @throws Error when the run doesn't allow a drop at this age yet.
 */
export function dropped(run: { dropsAllowedAfterSeconds: number }, start: number): "dropped" {
  const seconds = (performance.now() - start) / 1000;
  if (seconds < run.dropsAllowedAfterSeconds) throw new Error("stream ended early");
  return "dropped";
}

/** Watches a connection. The returned function tells if the other side has ended it properly, not by a reset. */
export function watchEnd(socket: Socket): () => boolean {
  let ended = false;
  socket.once("end", () => {
    ended = true;
  });
  return () => ended;
}
