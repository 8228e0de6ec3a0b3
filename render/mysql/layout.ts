import { secretsDirectory } from "../../workload/names.ts";

/** Root's credentials as a client option file, for statements to the running server. */
export const rootClientFile = `${secretsDirectory}/root.cnf`;

/** Root's password alone, as MySQL's image takes it. */
export const rootPasswordFile = "root-password";

/** The credentials of the account for monitoring, by which the health check logs in. */
export const healthClientFile = "client.cnf";
