import type { Version } from "./backend.ts";

const reopenMilliseconds = 1000;

/** A numbered event of one stream. */
export type Tick = Version & { count: number };

/**
 * Listens to the backend's events while the page is open. A stream ends with the backend that sends it. The browser
 * then opens the next stream by itself. After an error status it gives up, and this function opens the stream again.
 */
export function listen(onTick: (tick: Tick) => void): void {
  const source = new EventSource("/api/events");
  source.addEventListener("tick", (event) => {
    onTick(JSON.parse(event.data as string) as Tick);
  });
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, reopenMilliseconds, onTick);
  });
}
