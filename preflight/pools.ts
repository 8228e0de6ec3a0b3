import { setCommand } from "../settings/commands.ts";
import type { Settings } from "../settings/index.ts";
import { mostBackends, poolSizes } from "../settings/pools.ts";

/** Of a Spring Boot application whose settings name no other. */
const usualPool = 10;

/**
 * Warns if MySQL has fewer connections than pools of the usual size may take. No problem: the application may name a
 * smaller one itself, in a file of its image.
 */
export function fewConnections({ backend, mysql, standby }: Settings, stack: string): string[] {
  const backends = mostBackends(standby, backend.replicas);
  const { maxConnections } = mysql;
  if (poolSizes(backend.environment).length > 0 || maxConnections >= backends * usualPool) return [];
  const path = ["backend", "environment", "SPRING_DATASOURCE_HIKARI_MAXIMUMPOOLSIZE"];
  const most = String(Math.floor(maxConnections / backends));
  return [
    `webnet:mysql.maxConnections is ${maxConnections}, and ${backends} backends may run at the same time, of which each ` +
      `takes ${usualPool} connections unless the application says otherwise; a release that finds none doesn't start. ` +
      `If it doesn't, \`${setCommand(stack, path, most, "--type string")}\` does`,
  ];
}
