import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ssh2 from "ssh2";
import { run } from "../../../dev/toolchain/process.ts";

const user = "operator";
/** The command that docker's client runs on the engine's host. It joins its input and output to the engine's socket. */
const dialStdio = "docker system dial-stdio";

/** The ssh address of an engine, and the environment in which it works. */
export interface SshAccess {
  /** `ssh://user@127.0.0.1:port` */
  host: string;
  environment: { PATH: string; SSH_AUTH_SOCK: string };
  close(): Promise<void>;
}

/**
 * Serves ssh on this machine for one key and one command, with an agent that holds the key. Neither uses nor changes
 * the machine's own ssh set-up.
 *
 * @param path the PATH that follows in the PATH of the environment
 */
export async function sshAccess(engineSocket: string, path: string): Promise<SshAccess> {
  const folder = mkdtempSync(join(tmpdir(), "webnet-ssh-"));
  const key = async (name: string): Promise<string> => {
    const file = join(folder, name);
    await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file], { log: "ssh-keygen" });
    return file;
  };
  const [hostKey, userKey] = [await key("host"), await key("user")];
  const server = serve(readFileSync(hostKey), readFileSync(`${userKey}.pub`), engineSocket);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  const socket = join(folder, "agent");
  const agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: ["ignore", "pipe", "ignore"] });
  await once(agent.stdout, "data");
  await run("ssh-add", ["-q", userKey], { log: "ssh-add", env: { SSH_AUTH_SOCK: socket } });
  const programs = clientFolder(folder, path, port, readFileSync(`${hostKey}.pub`, "utf8"));
  return {
    host: `ssh://${user}@127.0.0.1:${port}`,
    environment: { SSH_AUTH_SOCK: socket, PATH: `${programs}:${path}` },
    close: async () => {
      const ended = once(agent, "exit");
      agent.kill();
      await ended;
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function serve(hostKey: Buffer, allowedKey: Buffer, engineSocket: string): ssh2.Server {
  const allowed = ssh2.utils.parseKey(allowedKey);
  if (allowed instanceof Error) throw allowed;
  return new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
    client.on("authentication", (attempt) => {
      const known =
        attempt.method === "publickey" &&
        attempt.username === user &&
        allowed.getPublicSSH().equals(attempt.key.data) &&
        (attempt.signature === undefined ||
          (attempt.blob !== undefined && allowed.verify(attempt.blob, attempt.signature, attempt.hashAlgo)));
      if (known) attempt.accept();
      else attempt.reject(["publickey"]);
    });
    client.on("session", (accept) => {
      dial(accept, engineSocket);
    });
    // A client that disconnects is no error of the server.
    client.on("error", () => undefined);
  });
}

function dial(accept: () => ssh2.Session, engineSocket: string): void {
  accept().on("exec", (acceptCommand, refuse, { command }) => {
    if (command !== dialStdio) {
      refuse();
      return;
    }
    const channel = acceptCommand();
    const engine = connect(engineSocket);
    channel.pipe(engine);
    engine.pipe(channel, { end: false });
    engine.on("error", () => undefined);
    channel.on("error", () => engine.destroy());
    channel.on("close", () => engine.destroy());
    engine.on("close", () => {
      channel.exit(0);
      channel.end();
    });
  });
}

/** Makes a folder with an `ssh` that knows the server's key and ignores the user's own settings. */
export function clientFolder(folder: string, path: string, port: number, hostKey: string): string {
  const programs = join(folder, "bin");
  mkdirSync(programs);
  const [config, known] = [join(folder, "config"), join(folder, "known_hosts")];
  writeFileSync(known, `[127.0.0.1]:${port} ${hostKey}`);
  writeFileSync(config, `UserKnownHostsFile ${known}\nStrictHostKeyChecking yes\nBatchMode yes\n`);
  writeFileSync(
    join(programs, "ssh"),
    `#!/bin/sh\nPATH=${JSON.stringify(path)}\nexec ssh -F ${config} "$@"\n`,
    { mode: 0o755 },
  );
  return programs;
}
