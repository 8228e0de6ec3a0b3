/** Set for the plan and the refresh of `npm run ops -- recover`; no update runs with it. */
export const recoveringVariable = "WEBNET_RECOVERING";

/** Whether this is such a plan. */
export function isRecovering(): boolean {
  return process.env[recoveringVariable] !== undefined;
}
