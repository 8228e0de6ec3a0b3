import type { ReleaseNote } from "../../release/note.ts";

/** What runs now, according to the engine and nginx, not the state. */
export interface Status {
  /** The release that the gateway routes to. Undefined if it routes to none, or if it doesn't answer: see `problem`. */
  route: string | undefined;
  /** Why the status is incomplete. Absent if it is complete. */
  problem?: string | undefined;
  /** The canary's release, and its share of the clients in percent. */
  canary?: { release: string; percent: number } | undefined;
  /** The releases' notes, newest first. Default: none */
  notes?: readonly Pick<ReleaseNote, "release" | "parts" | "published">[];
  /** Releases whose hashed files the gateway still serves. */
  keptReleases: readonly string[];
  /**
   * The public URL, the URL on the platform's own host, and the host name that a request must carry. Default: unknown,
   * because the stack's file is wrong
   */
  address?: { url: string; onHost: string; name: string };
  /** What is wrong with the stack's file. Absent if it is right. */
  configProblem?: string;
  /** True if an operator has closed the platform for clients. */
  closed?: boolean;
  /** What is wrong with the gateway's certificate, in words. Absent if nothing is. */
  certificate?: string;
  /** That an update runs or was interrupted, and what to do, in words. */
  update?: string;
  /** That a deploy runs, or was killed and left the config changed, in words. */
  deploy?: string;
  /** What the stack config wants to serve, if something else serves. */
  pending?: string | undefined;
  /** All containers of the stack, running or not. */
  containers: readonly { name: string; release: string; state: string; running: boolean }[];
}
