import { accountsScript } from "../contract/mysql.ts";
import { connectEngine, orMissing } from "../engine/client.ts";
import { renderLock } from "../render/mysql.ts";
import { runScript } from "./input.ts";
import { runStatements, waitForAccounts } from "./mysql/server.ts";
import { messageOf } from "../host/message.ts";

const answerSeconds = 10;

/**
 * Locks an application user that the stack no longer names, at the end of an update, when no release uses it. A failure
 * is no error, nor is a stopped MySQL: an open account harms less than a deletion that can't be done.
 */
await runScript(accountsScript, async ({ user, container }) => {
  const mysql = connectEngine().getContainer(container);
  const inspected = await orMissing(mysql.inspect());
  if (inspected?.State.Running !== true) return;
  try {
    const found = await waitForAccounts(mysql, [user], answerSeconds);
    await runStatements(mysql, renderLock(user, found));
  } catch (error) {
    const reason = messageOf(error);
    process.stderr.write(`the MySQL user ${user} was not locked: ${reason}\n`);
  }
});
