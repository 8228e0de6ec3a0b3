/** Set for a plan that `npm run ops -- recover` makes to learn what the program wants; it is never carried out. */
export const recoveringVariable = "WEBNET_RECOVERING";

/** Whether this is such a plan. */
export function isRecovering(): boolean {
  return process.env[recoveringVariable] !== undefined;
}

/** What an operator runs to have a state and its engine agree again. */
export function recoverCommand(stack: string): string {
  return `npm run ops -- recover --stack ${stack}`;
}
