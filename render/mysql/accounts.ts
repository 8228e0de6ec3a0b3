import { passwordVerifier } from "./verifier.ts";

/** The accounts of the database server. All passwords are secret, and so is everything derived from them. */
export interface Accounts {
  /** The application's database. */
  database: string;
  /** The application's user: everything in its database, nothing else, from any address. */
  user: string;
  userPassword: string;
  /** Password of `monitoring`, for the health check and the exporter. */
  monitoringPassword: string;
  /** Password of `root`, which can connect inside the container only. */
  rootPassword: string;
}

/** An account that exists on the server. */
export interface FoundAccount {
  user: string;
  host: string;
}

/** Connections that the monitoring user may hold, so that a stuck exporter cannot fill the server. */
const monitoringConnections = 3;

/**
 * SQL that creates the accounts, or changes them to what is given. It may run at every start. Each statement is one
 * line, because the server reads a start file line by line; it stops at the first that fails. The SQL contains no
 * password, so no policy of the data's own (`validate_password`, a password history) can refuse one.
 *
 * @param found the accounts on the server. An account with one of our names and a host of its own would win over ours:
 *   the application's and monitoring's get the same password and rights, root's are locked. An account without a name
 *   would win as well, and is dropped. Default: unknown, and other accounts stay as they are.
 * @throws Error if the server needs the user's name itself.
 */
export function renderAccounts(accounts: Accounts, found: readonly FoundAccount[] = []): string {
  const { database, user, userPassword, monitoringPassword, rootPassword } = accounts;
  if (["root", "monitoring"].includes(user) || user.startsWith("mysql.")) {
    throw new Error(`mysql.user: got "${user}", allowed is any name but root, monitoring and mysql.*`);
  }
  const hostsOf = (name: string, host: string): string[] => [
    host,
    ...found
      .filter((account) => account.user === name && account.host !== host)
      .map((account) => account.host),
  ];
  const [rootHost = "localhost", ...otherRootHosts] = hostsOf("root", "localhost");
  const statements = [
    ...account("root", rootHost, rootPassword),
    `GRANT ALL PRIVILEGES ON *.* TO ${name("root", rootHost)} WITH GRANT OPTION`,
    `CREATE DATABASE IF NOT EXISTS ${identifier(database)}`,
    ...hostsOf(user, "%").flatMap((host) => [
      ...account(user, host, userPassword),
      `GRANT ALL PRIVILEGES ON ${pattern(database)}.* TO ${name(user, host)}`,
    ]),
    ...hostsOf("monitoring", "%").flatMap((host) => [
      ...account("monitoring", host, monitoringPassword, monitoringConnections),
      `GRANT PROCESS, REPLICATION CLIENT, SELECT ON *.* TO ${name("monitoring", host)}`,
    ]),
    ...otherRootHosts.map((host) => lock("root", host)),
    ...found
      .filter((account) => account.user === "")
      .map(({ host }) => `DROP USER IF EXISTS ${name("", host)}`),
  ];
  return lines(statements);
}

/** SQL that locks every account of a name. It drops none: views, triggers and routines may run in their name. */
export function renderLock(user: string, found: readonly FoundAccount[]): string {
  return lines(found.filter((account) => account.user === user).map(({ host }) => lock(user, host)));
}

/** Creates an account, and resets an existing one to the same: plugin, lock, expiry and limits. */
function account(user: string, host: string, password: string, connections = 0): string[] {
  const verifier = text(passwordVerifier(user, password));
  const identified = `${name(user, host)} IDENTIFIED WITH caching_sha2_password AS ${verifier}`;
  return [
    `CREATE USER IF NOT EXISTS ${identified}`,
    `ALTER USER ${identified} REQUIRE NONE ` +
      "WITH MAX_QUERIES_PER_HOUR 0 MAX_UPDATES_PER_HOUR 0 MAX_CONNECTIONS_PER_HOUR 0 " +
      `MAX_USER_CONNECTIONS ${connections} ` +
      "PASSWORD EXPIRE NEVER FAILED_LOGIN_ATTEMPTS 0 PASSWORD_LOCK_TIME 0 ACCOUNT UNLOCK",
  ];
}

function lock(user: string, host: string): string {
  return `ALTER USER ${name(user, host)} ACCOUNT LOCK`;
}

function lines(statements: readonly string[]): string {
  return statements.map((statement) => `${statement};\n`).join("");
}

function name(user: string, host: string): string {
  return `${text(user)}@${text(host)}`;
}

const escapes: Record<string, string> = {
  "\0": "\\0",
  "\n": "\\n",
  "\r": "\\r",
  "\u001a": "\\Z",
  "\\": "\\\\",
  "'": "\\'",
};

function text(value: string): string {
  // eslint-disable-next-line no-control-regex -- these are what must be escaped
  return `'${value.replace(/[\0\n\r\u001a\\']/g, (character) => escapes[character] ?? character)}'`;
}

function identifier(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}

/** A database name in a grant is a pattern: an unescaped `_` would give the user access to other databases. */
function pattern(name: string): string {
  return identifier(name.replace(/[_%\\]/g, "\\$&"));
}
