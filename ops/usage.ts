/** The command line is wrong. The command ends with exit code 2, and touches nothing. */
export class UsageError extends Error {}
