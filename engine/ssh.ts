import { Agent } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { sessionArguments, userOptions } from "./ssh/arguments.ts";
import { SshConnection } from "./ssh/connection.ts";
import { SshFailure } from "./ssh/failure.ts";
import { SharedLogin, sharedFolder } from "./ssh/login.ts";
import { SshSession } from "./ssh/session.ts";

/** Connections of one process at once; a request beyond them waits for one that is kept. */
const connectionsAtOnce = 6;
/** Logins that all processes share: by default a server gives each of them ten sessions. */
const ownLogins = 3;
const providersLogin = 0;
const attempts = 12;
const longestSeconds = 75;
const firstPauseMilliseconds = 300;
const longestPauseMilliseconds = 8000;
/** Of an ssh that shares no login, whatever the user's own configuration says. */
const alone = ["-o", "ControlPath=none"];

const agents = new Map<string, Agent>();

/**
 * Reaches an engine by the `ssh` program, as the docker command and Pulumi's provider do: with the user's own
 * `~/.ssh/config`, keys and known hosts. An unknown host key is refused. Few logins serve all connections of all
 * processes, since a server refuses many at once; one that is refused for now is tried again, for about a minute.
 *
 * @param address `ssh://[user@]host[:port]`, where the host may be an alias of the configuration
 * @param folder where the sockets of the shared logins lie
 */
export function sshAgent(address: string, folder = sharedFolder): Agent {
  const key = `${address} ${folder}`;
  const known = agents.get(key);
  if (known !== undefined) return known;
  const agent = new Agent({ keepAlive: true, maxSockets: connectionsAtOnce });
  const logins = Array.from({ length: ownLogins }, (_, index) => new SharedLogin(address, index + 1, folder));
  agent.createConnection = () =>
    new SshConnection(async () => (await patiently(address, () => open(address, logins))).session);
  // Node's own two ask for a socket of the network; ssh itself keeps its connection alive.
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
 * Options by which Pulumi's provider reaches an engine over one shared login, which is made here, so that it needs none
 * of its own; where none can be shared, the user's own options alone.
 *
 * @throws SshFailure when the engine can't be reached.
 */
export async function providerOptions(address: string): Promise<string[]> {
  const login = new SharedLogin(address, providersLogin);
  const { session, shared } = await patiently(address, () => open(address, [login]));
  session.kill();
  return [...userOptions(), ...(shared ? login.portableOptions : [])];
}

interface Opened {
  session: SshSession;
  /** Whether it goes over a shared login. */
  shared: boolean;
}

/** Tries again while the server takes no login. */
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
    // Those that were refused together are not to come back together.
    await sleep(pause * (0.5 + Math.random()));
  }
}

/** Opens a session over the first shared login that has room, or by a login of its own. */
async function open(address: string, logins: readonly SharedLogin[]): Promise<Opened> {
  for (const login of logins) {
    if (!login.canBeShared()) continue;
    const session = await overShared(address, login);
    if (session !== undefined) return { session, shared: true };
  }
  return { session: await SshSession.start(sessionArguments(address, alone), address), shared: false };
}

/** Undefined where the login is full, or no login can be shared here. */
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
