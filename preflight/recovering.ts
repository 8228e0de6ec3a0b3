/** Set for a plan that `npm run ops -- recover` makes to learn what the program wants; it is never carried out. */
export const recoveringVariable = "WEBNET_RECOVERING";

/** Whether this is such a plan. */
export function isRecovering(): boolean {
  return process.env[recoveringVariable] !== undefined;
}
