/** What the gateway's volume notes of the step that moves the route. */
export interface NotedRoute {
  /** Digest of what the step was told. */
  digest: string;
  /** True from before the step changes anything until all is done, or as it was before. */
  pending: boolean;
}

/** What the state has of that step's last run. */
export interface RecordedRoute {
  /** Digest of what the step was told. */
  digest: string;
  /** How often it has run although it was told the same. */
  repairs: number;
}

/** What is known of the route before an update. */
export interface FoundRoute {
  /** Absent if an earlier webnet moved the route last. */
  noted?: NotedRoute;
  /** Absent before the first route. */
  recorded?: RecordedRoute;
}

/**
 * True if state and config agree on the route, and the gateway does not: an update was killed while it moved the route,
 * and the config was taken back. Without a repair the update would change nothing.
 *
 * @param wanted digest of what the program tells the step
 */
export function mustMoveAgain({ noted, recorded }: FoundRoute, wanted: string): boolean {
  if (noted === undefined || recorded?.digest !== wanted) return false;
  return noted.pending || noted.digest !== wanted;
}
