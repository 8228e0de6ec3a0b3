import { accountsScript } from "../contract/mysql.ts";
import { connectEngine } from "../engine/client.ts";
import { renderAccounts } from "../render/mysql.ts";
import { runScript } from "./input.ts";
import { runStatements, waitForAccounts } from "./mysql/server.ts";
import { messageOf } from "../host/message.ts";

/**
 * Brings the accounts of the running MySQL in line with the stack, without a restart. An application user that the
 * stack no longer names keeps its rights: the release that serves is still connected as that user.
 */
await runScript(accountsScript, async (given) => {
  const accounts = await given.stdin();
  const mysql = connectEngine().getContainer(given.containerId);
  const names = ["root", "monitoring", accounts.user];
  const found = await waitForAccounts(mysql, names, given.timeoutSeconds);
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
