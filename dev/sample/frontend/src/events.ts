import type { Version } from "./backend.ts";

const reopenMilliseconds = 1000;

/** A numbered event of one stream. */
export type Tick = Version & { count: number };

/**
 * Listens to the backend's events for as long as the page is open. A stream ends with the backend that sends it; the
 * browser then opens the next one by itself, unless it was answered with an error.
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
