/** The directory with the secrets in MySQL's container. */
export const secretsDirectory = "/run/secrets";

/** Root's credentials as a client option file, for statements to the running server. */
export const rootClientFile = `${secretsDirectory}/root.cnf`;
