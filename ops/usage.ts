/** What was typed can't be meant. The command ends with exit code 2, and nothing was touched. */
export class UsageError extends Error {}
