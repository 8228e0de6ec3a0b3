import type { Commands } from "./command.ts";
import { certCommand } from "./cert/command.ts";
import { checkCommand } from "./check/command.ts";
import { completion } from "./completion/command.ts";
import { deployCommand, rollbackCommand } from "./deploy/command.ts";
import { maintenanceCommand } from "./maintenance/command.ts";
import { prune } from "./prune/prune.ts";
import { recoverCommand } from "./recover/command.ts";
import { status } from "./status/status.ts";
import { undoConfig } from "./undo-config/command.ts";

/** Every operator's command by its name. */
export const commands: Commands = {
  cert: certCommand,
  check: checkCommand,
  completion,
  deploy: deployCommand,
  maintenance: maintenanceCommand,
  prune,
  recover: recoverCommand,
  rollback: rollbackCommand,
  status,
  "undo-config": undoConfig,
};
