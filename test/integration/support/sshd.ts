import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { userInfo, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { treeEnvironment } from "../../../dev/toolchain/engine-tree.ts";
import { localPaths } from "../../../dev/toolchain/environment.ts";
import { unpackDebian } from "../../../dev/toolchain/packages.ts";
import type { EnginePaths } from "../../../dev/toolchain/private-paths.ts";
import { run } from "../../../dev/toolchain/process.ts";
import { freePort } from "../../../dev/platform/ports.ts";
import { clientFolder, type SshAccess } from "./ssh.ts";

const startSeconds = 10;
/** sshd needs an empty folder here. The path is compiled in. */
const serversFolder = "/run/sshd";

/** The ssh address of an engine behind OpenSSH's own server, which counts its logins. */
export interface SshdAccess extends SshAccess {
  /** Number of logins that the server has accepted. */
  logins(): number;
}

/**
 * Serves ssh on this machine with OpenSSH's own server, for one key that an agent holds. Unpacks the server, installs
 * nothing, and runs the engine's own `docker`. Neither uses nor changes the machine's own ssh set-up. Needs root.
 *
 * @param maxStartups how many clients may log in at once, in the form of sshd_config's `MaxStartups`
 * @param path the PATH that follows in the PATH of the environment
 */
export async function sshdAccess(
  engine: EnginePaths,
  path: string,
  maxStartups: string,
): Promise<SshdAccess> {
  const tree = join(localPaths.made, "trees", "sshd");
  mkdirSync(join(tree, ".."), { recursive: true });
  if (!existsSync(tree)) await unpackDebian(["openssh-server", "libwrap0"], tree, () => undefined);
  const folder = mkdtempSync(join(tmpdir(), "webnet-ssh-"));
  const key = async (name: string): Promise<string> => {
    const file = join(folder, name);
    await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file], { log: "ssh-keygen" });
    return file;
  };
  const [hostKey, userKey] = [await key("host"), await key("user")];
  const [port, user] = [await freePort(), userInfo().username];
  const programs = treeEnvironment(engine.tree);
  const config = [
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    `HostKey ${hostKey}`,
    `AuthorizedKeysFile ${userKey}.pub`,
    "StrictModes no",
    "UsePAM no",
    "PasswordAuthentication no",
    "PermitRootLogin prohibit-password",
    "PidFile none",
    `MaxStartups ${maxStartups}`,
    `SetEnv DOCKER_HOST=unix://${engine.socket} PATH=${programs["PATH"] ?? ""} LD_LIBRARY_PATH=${programs["LD_LIBRARY_PATH"] ?? ""}`,
  ];
  writeFileSync(join(folder, "sshd_config"), `${config.join("\n")}\n`);
  const log = join(folder, "log");
  const isOurs = !existsSync(serversFolder);
  mkdirSync(serversFolder, { recursive: true });
  const server = serve(tree, folder, log);
  await answered(log);
  const socket = join(folder, "agent");
  const agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: ["ignore", "pipe", "ignore"] });
  await once(agent.stdout, "data");
  await run("ssh-add", ["-q", userKey], { log: "ssh-add", env: { SSH_AUTH_SOCK: socket } });
  const client = clientFolder(folder, path, port, readFileSync(`${hostKey}.pub`, "utf8"));
  return {
    host: `ssh://${user}@127.0.0.1:${port}`,
    environment: { SSH_AUTH_SOCK: socket, PATH: `${client}:${path}` },
    logins: () => readFileSync(log, "utf8").match(/^Accepted publickey/gm)?.length ?? 0,
    close: async () => {
      for (const child of [agent, server]) {
        const ended = once(child, "exit");
        // Each login is a process, so signal the server's whole group.
        if (child === server && child.pid !== undefined) process.kill(-child.pid);
        else child.kill();
        await ended;
      }
      rmSync(folder, { recursive: true, force: true });
      if (isOurs) rmdirSync(serversFolder);
    },
  };
}

/** sshd needs a system user and an empty folder. It gets both in its own mount namespace, not on the machine. */
function serve(tree: string, folder: string, log: string): ReturnType<typeof spawn> {
  const passwd = readFileSync("/etc/passwd", "utf8");
  const own = `sshd:x:74:65534::${serversFolder}:/usr/sbin/nologin\n`;
  writeFileSync(join(folder, "passwd"), /^sshd:/m.test(passwd) ? passwd : `${passwd.trimEnd()}\n${own}`);
  const script = [
    `mount --bind ${folder}/passwd /etc/passwd`,
    `mount -t tmpfs -o mode=755 tmpfs ${serversFolder}`,
    `exec ${tree}/usr/sbin/sshd -D -E ${log} -f ${folder}/sshd_config`,
  ];
  return spawn("unshare", ["--mount", "--propagation", "private", "sh", "-ec", script.join("\n")], {
    stdio: "ignore",
    detached: true,
    env: { ...process.env, LD_LIBRARY_PATH: treeEnvironment(tree)["LD_LIBRARY_PATH"] },
  });
}

async function answered(log: string): Promise<void> {
  const deadline = Date.now() + startSeconds * 1000;
  while (!existsSync(log) || !readFileSync(log, "utf8").includes("Server listening")) {
    if (Date.now() > deadline)
      throw new Error(`sshd did not start: ${existsSync(log) ? readFileSync(log, "utf8") : "no log"}`);
    await sleep(50);
  }
}
