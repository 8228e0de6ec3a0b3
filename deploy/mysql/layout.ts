/** Where MySQL's container has its secrets. */
export const secretsDirectory = "/run/secrets";

/** Root's credentials there as a client's option file, for what is said to the running server. */
export const rootClientFile = `${secretsDirectory}/root.cnf`;
