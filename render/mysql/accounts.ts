/** The accounts of the database server. All passwords are secret, and so is what is made of them. */
export interface Accounts {
  /** The application's database. */
  database: string;
  /** The application's user: everything in its database, nothing else, from any address. */
  user: string;
  userPassword: string;
  /** Password of `monitoring`, for the health check and the exporter. */
  monitoringPassword: string;
  /** Password of `root`, who can only connect inside the container. */
  rootPassword: string;
}

/** Connections that the monitoring user may hold, so that a stuck exporter cannot fill the server. */
const monitoringConnections = 3;

/**
 * SQL that makes the accounts, or changes them to what is given: may run at every start. A statement is one line,
 * because the server reads a start file line by line.
 *
 * @throws Error when the user's name is one that the server needs itself.
 */
export function renderAccounts(accounts: Accounts): string {
  const { database, user, userPassword, monitoringPassword, rootPassword } = accounts;
  if (["root", "monitoring"].includes(user) || user.startsWith("mysql.")) {
    throw new Error(`mysql.user: got "${user}", allowed is any name but root, monitoring and mysql.*`);
  }
  const app = `${text(user)}@'%'`;
  const monitoring = "'monitoring'@'%'";
  const statements = [
    `ALTER USER 'root'@'localhost' IDENTIFIED BY ${text(rootPassword)}`,
    "DROP USER IF EXISTS 'root'@'%'",
    `CREATE DATABASE IF NOT EXISTS ${identifier(database)}`,
    `CREATE USER IF NOT EXISTS ${app} IDENTIFIED BY ${text(userPassword)}`,
    `ALTER USER ${app} IDENTIFIED BY ${text(userPassword)}`,
    `GRANT ALL PRIVILEGES ON ${pattern(database)}.* TO ${app}`,
    `CREATE USER IF NOT EXISTS ${monitoring} IDENTIFIED BY ${text(monitoringPassword)}`,
    `ALTER USER ${monitoring} IDENTIFIED BY ${text(monitoringPassword)} WITH MAX_USER_CONNECTIONS ${monitoringConnections}`,
    `GRANT PROCESS, REPLICATION CLIENT, SELECT ON *.* TO ${monitoring}`,
  ];
  return statements.map((statement) => `${statement};\n`).join("");
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

/** A database name in a grant is a pattern: an unescaped `_` would let the user into other databases. */
function pattern(name: string): string {
  return identifier(name.replace(/[_%\\]/g, "\\$&"));
}
