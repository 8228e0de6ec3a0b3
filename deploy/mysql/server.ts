import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { z } from "zod";
import { hasEnded } from "../../engine/client.ts";
import { execIn, type ExecResult } from "../../engine/exec.ts";
import { logInWords } from "../../engine/logs.ts";
import type { FoundAccount } from "../../render/mysql.ts";
import { readJson } from "../../settings/json.ts";
import { verdictNow } from "../../engine/verdict.ts";
import { rootClientFile } from "../../render/mysql/layout.ts";

const statementSeconds = 60;
const pollMilliseconds = 500;
const userPattern = /^[A-Za-z][A-Za-z0-9_]*$/;

const client = [
  ...["timeout", String(statementSeconds), "mysql", `--defaults-extra-file=${rootClientFile}`],
  ...["--connect-timeout=5", "--batch", "--raw", "--skip-column-names"],
];
/** Succeeds even if the server refuses the password. Fails while MySQL initialises its data: it has no network then. */
const ping = ["timeout", "5", "mysqladmin", "--no-defaults", "--host=127.0.0.1", "--user=nobody", "ping"];

const foundSchema = z.object({
  initialising: z.number(),
  accounts: z.array(z.object({ user: z.string(), host: z.string() })).nullable(),
});

/**
 * Waits until the server answers, and returns its accounts with the given user names, and those without a name.
 *
 * @throws Error if it does not answer in time, if its container has ended, or if root's password is not the stack's.
 */
export async function waitForAccounts(
  mysql: Docker.Container,
  users: readonly string[],
  timeoutSeconds: number,
): Promise<FoundAccount[]> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  const { Name, RestartCount: restartsBefore } = await mysql.inspect();
  for (;;) {
    const asked = await ask(mysql, client, accountsQuery(users));
    const found =
      asked.exitCode === 0 ? readJson(foundSchema, asked.stdout, "MySQL's list of accounts") : undefined;
    if (found?.initialising === 0) return found.accounts ?? [];
    if (/^ERROR 1045 /m.test(asked.stderr) && (await ask(mysql, ping)).exitCode === 0)
      throw new Error(wrongPassword(Name.slice(1), asked));
    const verdict = await verdictNow(mysql, restartsBefore);
    if (/^(?:is gone|exited)/.test(verdict)) throw new Error(await explain(mysql, verdict));
    if (Date.now() > deadline)
      throw new Error(await explain(mysql, `took no statement within ${timeoutSeconds} s: ${said(asked)}`));
    await sleep(pollMilliseconds);
  }
}

/**
 * Runs statements on the server, up to the first that fails.
 *
 * @throws Error with the server's words, without password hashes.
 */
export async function runStatements(mysql: Docker.Container, statements: string): Promise<void> {
  const result = await execIn(mysql, client, statements);
  if (result.exitCode !== 0) throw new Error(said(result));
}

/** As {@link execIn}, but a container that does not run, as between two starts, is a failed command and no error. */
async function ask(mysql: Docker.Container, argv: readonly string[], stdin?: string): Promise<ExecResult> {
  try {
    return await execIn(mysql, argv, stdin);
  } catch (error) {
    if (!hasEnded(error)) throw error;
    return { exitCode: -1, stdout: "", stderr: "its container doesn't run" };
  }
}

/** Asks for the accounts as one JSON object. No user name may have a quote. */
function accountsQuery(users: readonly string[]): string {
  const names = ["", ...users.map(checked)].map((user) => `'${user}'`).join(", ");
  return (
    "SELECT JSON_OBJECT('initialising', @@skip_networking, 'accounts', JSON_ARRAYAGG(JSON_OBJECT('user', User, 'host', Host))) " +
    `FROM mysql.user WHERE User IN (${names});\n`
  );
}

function checked(user: string): string {
  if (!userPattern.test(user)) throw new Error(`"${user}" is no name of a MySQL user that webnet makes`);
  return user;
}

function said({ stderr, exitCode }: ExecResult): string {
  const words = stderr.trim().replaceAll(/\$A\$\S*/g, "[secret]");
  return words || `the client ended with exit code ${exitCode}`;
}

async function explain(mysql: Docker.Container, problem: string): Promise<string> {
  const log = await logInWords(mysql);
  return [
    `MySQL ${problem}`,
    ...(log ? [log] : []),
    "What served before goes on serving. Correct what MySQL complains of, and run pulumi up again.",
  ].join("\n");
}

function wrongPassword(containerName: string, asked: ExecResult): string {
  return [
    `MySQL doesn't take the stack's password of root: ${said(asked)}`,
    "Its accounts are brought in line with the stack's passwords when it starts, which takes some seconds without a database:",
    `  docker restart ${containerName}`,
    "and then pulumi up again. If that doesn't help, its log says which statement it refused.",
  ].join("\n");
}
