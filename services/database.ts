import type * as pulumi from "@pulumi/pulumi";
import { mysqlHost } from "../workload/names.ts";
import type { Platform } from "../workload/platform.ts";

/** The address of the application's database on the stack's network. */
export interface DatabaseAddress {
  host: string;
  port: number;
  /** Name of the database. */
  name: string;
  /** The application's account. */
  user: string;
}

/** The database with its passwords, for services that connect to it. */
export interface Database extends DatabaseAddress {
  /** Password of the application's account. */
  password: pulumi.Output<string>;
  /** The account for monitoring. */
  monitoring: { user: string; password: pulumi.Output<string> };
  /**
   * The resource that makes its accounts, before any service connects as the application's user. Its deletion, after
   * the deletion of those services, locks that user.
   */
  accounts: pulumi.Resource;
}

/** Derives the address from the settings. */
export function databaseAddress({ prefix, settings: { mysql } }: Platform): DatabaseAddress {
  return { host: mysqlHost(prefix), port: 3306, name: mysql.database, user: mysql.user };
}

/**
 * The address in the form of Java's driver.
 *
 * @param parameters for the driver. The URL has them in the order of their names, so that another order in the config
 *   gives no other release
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
