import { Agent } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { sessionArguments, userOptions } from "./ssh/arguments.ts";
import { SshConnection } from "./ssh/connection.ts";
import { SshFailure } from "./ssh/failure.ts";
import { SharedLogin, sharedFolder } from "./ssh/login.ts";
import { SshSession } from "./ssh/session.ts";

/** Connections that one process may have at once. A further request waits until one is free. */
const connectionsAtOnce = 6;
/** Logins that all processes share. By default a server allows ten sessions for each login. */
const ownLogins = 3;
const providersLogin = 0;
const attempts = 12;
const longestSeconds = 75;
const firstPauseMilliseconds = 300;
const longestPauseMilliseconds = 8000;
/** Makes an ssh share no login, whatever the user's own configuration says. */
const alone = ["-o", "ControlPath=none"];

const agents = new Map<string, Agent>();

/**
 * Reaches an engine by the `ssh` program, as the docker command and Pulumi's provider do: with the user's own
 * `~/.ssh/config`, keys and known hosts. It refuses an unknown host key. A few logins serve all connections of all
 * processes, because a server refuses many logins at once. A login that the server refuses for now is tried again, for
 * about a minute.
 *
 * @param address `ssh://[user@]host[:port]`; the host may be an alias in `~/.ssh/config`
 * @param folder the folder with the sockets of the shared logins. Default: {@link sharedFolder}
 */
export function sshAgent(address: string, folder = sharedFolder): Agent {
  const key = `${address} ${folder}`;
  const known = agents.get(key);
  if (known !== undefined) return known;
  const agent = new Agent({ keepAlive: true, maxSockets: connectionsAtOnce });
  const logins = Array.from({ length: ownLogins }, (_, index) => new SharedLogin(address, index + 1, folder));
  agent.createConnection = () =>
    new SshConnection(async () => (await patiently(address, () => open(address, logins))).session);
  // Node's own versions of these two need a network socket. ssh itself keeps its connection alive.
  agent.keepSocketAlive = (connection) => {
    if (connection instanceof SshConnection) connection.unref();
    return true;
  };
  agent.reuseSocket = (connection) => {
    if (connection instanceof SshConnection) connection.ref();
  };
  agents.set(key, agent);
  return agent;
}

/**
 * Options with which Pulumi's provider reaches an engine over one shared login. This function makes that login, so that
 * the provider needs none of its own. If no login can be shared, these are the user's own options alone.
 *
 * @throws SshFailure if the engine can't be reached.
 */
export async function providerOptions(address: string): Promise<string[]> {
  const login = new SharedLogin(address, providersLogin);
  const { session, shared } = await patiently(address, () => open(address, [login]));
  session.kill();
  return [...userOptions(), ...(shared ? login.portableOptions : [])];
}

interface Opened {
  session: SshSession;
  /** True if it goes over a shared login. */
  shared: boolean;
}

/** Tries again while the server accepts no login. */
async function patiently(address: string, work: () => Promise<Opened>): Promise<Opened> {
  const deadline = Date.now() + longestSeconds * 1000;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof SshFailure) || error.kind === "final") throw error;
      if (attempt === attempts || Date.now() > deadline)
        throw new SshFailure(address, `${error.said} (tried ${attempt} times)`, "final");
    }
    const pause = Math.min(longestPauseMilliseconds, firstPauseMilliseconds * 1.5 ** attempt);
    // Random, so that attempts that were refused together do not come back together.
    await sleep(pause * (0.5 + Math.random()));
  }
}

/** Opens a session over the first shared login with room, else with a login of its own. */
async function open(address: string, logins: readonly SharedLogin[]): Promise<Opened> {
  for (const login of logins) {
    if (!login.canBeShared()) continue;
    const session = await overShared(address, login);
    if (session !== undefined) return { session, shared: true };
  }
  return { session: await SshSession.start(sessionArguments(address, alone), address), shared: false };
}

/** Undefined if the login is full, or if no login can be shared here. */
async function overShared(address: string, login: SharedLogin): Promise<SshSession | undefined> {
  const start = (): Promise<SshSession> =>
    SshSession.start(sessionArguments(address, login.sessionOptions), address);
  let found = await login.use(start);
  if (found === "gone") {
    const shared = await login.start(async () => {
      const session = await login.use(start);
      if (typeof session !== "string") session.kill();
      return session !== "gone";
    });
    if (!shared) return undefined;
    found = await login.use(start);
  }
  if (found === "gone") throw new SshFailure(address, "the login that was just made is gone", "gone");
  return found === "full" ? undefined : found;
}
