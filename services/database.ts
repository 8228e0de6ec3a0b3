import type * as pulumi from "@pulumi/pulumi";
import { mysqlHost } from "../workload/names.ts";
import type { Platform } from "../workload/platform.ts";

/** Where the application's database is, as everything on the network reaches it. */
export interface DatabaseAddress {
  host: string;
  port: number;
  /** Name of the database. */
  name: string;
  /** The application's account. */
  user: string;
}

/** The database with its passwords, for what connects to it. */
export interface Database extends DatabaseAddress {
  /** Password of the application's account. */
  password: pulumi.Output<string>;
  /** The account that only looks. */
  monitoring: { user: string; password: pulumi.Output<string> };
  /** There when its accounts are: made before what connects as the application's user, and locked when that is gone. */
  accounts: pulumi.Resource;
}

/** The address that follows from the settings. */
export function databaseAddress({ prefix, settings: { mysql } }: Platform): DatabaseAddress {
  return { host: mysqlHost(prefix), port: 3306, name: mysql.database, user: mysql.user };
}

/**
 * The address as Java's driver takes it.
 *
 * @param parameters of the driver, in the order of their names in the URL: the order in which they are written makes no
 *   other release
 */
export function jdbcUrl(
  { host, port, name }: DatabaseAddress,
  parameters: Readonly<Record<string, string>>,
): string {
  const pairs = Object.keys(parameters)
    .sort()
    .map((key) => `${key}=${encodeURIComponent(parameters[key] ?? "")}`);
  return `jdbc:mysql://${host}:${port}/${name}${pairs.length === 0 ? "" : `?${pairs.join("&")}`}`;
}
