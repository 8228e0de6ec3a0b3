/** How a client reaches the server. */
export interface ClientOptions {
  user: string;
  /** Secret. */
  password: string;
  host: string;
  port: number;
  /** Transport. Default: the client chooses it by the host. */
  protocol?: "tcp" | "socket";
}

/**
 * A `[client]` option file for the MySQL clients and mysqld-exporter, so that no command line holds the password.
 *
 * @throws Error if a value is empty, or has a character that the two read differently: a backslash, a double quote,
 *   `#`, `;`, `?` or a control character. The error does not quote the value.
 */
export function renderClientCnf({ user, password, host, port, protocol }: ClientOptions): string {
  const lines = [
    `user = ${quoted("user", user)}`,
    `password = ${quoted("password", password)}`,
    `host = ${quoted("host", host)}`,
    `port = ${port}`,
    ...(protocol ? [`protocol = ${protocol}`] : []),
  ];
  return `[client]\n${lines.join("\n")}\n`;
}

function quoted(name: string, value: string): string {
  if (value === "" || /[\\"#;?\p{Cc}]/u.test(value)) {
    throw new Error(
      `MySQL client option ${name}: it is empty or has a backslash, a double quote, #, ;, ? or a control character, ` +
        "which mysqld-exporter reads differently from MySQL; choose another one, for example of letters and digits",
    );
  }
  return `"${value}"`;
}
