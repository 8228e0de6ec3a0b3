import { z } from "zod";
import { containerId, timeoutSeconds } from "./gates.ts";
import { script } from "./script.ts";
import { text } from "./variable.ts";

const accountsSchema = z.object({
  database: z.string(),
  user: z.string(),
  userPassword: z.string(),
  monitoringPassword: z.string(),
  rootPassword: z.string(),
});

/** Brings the running server's accounts in line; at the deletion, locks the application's user. */
export const accountsScript = script({
  file: "deploy/accounts.ts",
  onDelete: "deploy/lock-account.ts",
  variables: {
    containerId,
    /** Name of MySQL's container. */
    container: text("WEBNET_MYSQL"),
    user: text("WEBNET_MYSQL_USER"),
    timeoutSeconds,
  },
  stdin: accountsSchema,
});
