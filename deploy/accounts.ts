import { z } from "zod";
import { connectEngine } from "../engine/client.ts";
import { renderAccounts } from "../render/mysql.ts";
import { input, numberInput, runCommand, secretInput } from "./input.ts";
import { runStatements, waitForAccounts } from "./mysql/server.ts";
import { messageOf } from "../host/message.ts";

const accountsSchema = z.object({
  database: z.string(),
  user: z.string(),
  userPassword: z.string(),
  monitoringPassword: z.string(),
  rootPassword: z.string(),
});

/**
 * Brings the running server's accounts in line, without a restart. An application's user that is no longer named keeps
 * its rights: what serves is still connected as that one.
 */
await runCommand(async () => {
  const accounts = await secretInput(accountsSchema);
  const mysql = connectEngine().getContainer(input("WEBNET_CONTAINER_ID"));
  const names = ["root", "monitoring", accounts.user];
  const found = await waitForAccounts(mysql, names, numberInput("WEBNET_TIMEOUT_SECONDS"));
  try {
    await runStatements(mysql, renderAccounts(accounts, found));
  } catch (error) {
    throw new Error(
      `MySQL's accounts could not be brought in line: ${messageOf(error)}\n` +
        "What served before goes on serving, as the user that it has. Correct what MySQL complains of, and run pulumi up again.",
      { cause: error },
    );
  }
});
