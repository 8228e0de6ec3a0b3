import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { putPrograms } from "./fake-programs.ts";

/** How a fake server takes logins. */
export interface FakeServer {
  /** How many logins it refuses first, as by `MaxStartups`. Default: 0. */
  refused?: number;
  /** Sessions that one login may have at once. Default: ten, as a server's. */
  sessions?: number;
  /** A script in place of the fake `ssh`. */
  instead?: string;
}

/**
 * An `ssh` on the PATH that behaves like OpenSSH's with shared logins. The engine behind it answers every question with
 * the question's path.
 */
export class FakeSsh {
  /** Where the sockets of shared logins lie. */
  readonly sockets: string;
  readonly #folder = mkdtempSync(join(tmpdir(), "webnet-ssh-"));
  readonly #path = process.env["PATH"] ?? "";
  readonly #server: Server;

  constructor() {
    this.sockets = join(this.#folder, "sockets");
    this.#server = createServer((request, response) => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ asked: request.url }));
    });
    // As on the engine for a command with input: the connection becomes a raw stream.
    this.#server.on("upgrade", (_request, socket) => {
      socket.write("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
      socket.pipe(socket);
    });
  }

  async start(): Promise<void> {
    process.env["PATH"] = `${this.#folder}:${this.#path}`;
    await new Promise<void>((resolve) => {
      this.#server.listen(join(this.#folder, "engine"), resolve);
    });
  }

  /** Sets how it behaves from here on. Forgets all logins. */
  behave(server: FakeServer = {}): void {
    for (const name of ["logins", "asked", "sockets"])
      rmSync(join(this.#folder, name), { recursive: true, force: true });
    mkdirSync(this.sockets, { mode: 0o700 });
    putPrograms(this.#folder, { ssh: server.instead ?? this.#script(server) });
  }

  /** The logins so far, refused ones too, each as a line of arguments. */
  get logins(): string[] {
    const file = join(this.#folder, "logins");
    return existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [];
  }

  /** Runs `work` without an `ssh` on the PATH. */
  async without<T>(work: () => Promise<T>): Promise<T> {
    rmSync(join(this.#folder, "ssh"));
    const path = process.env["PATH"];
    process.env["PATH"] = this.#folder;
    try {
      return await work();
    } finally {
      process.env["PATH"] = path;
    }
  }

  async end(): Promise<void> {
    process.env["PATH"] = this.#path;
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #script({ refused = 0, sessions = 10 }: FakeServer): string {
    const dial =
      "const s = require('net').connect(process.argv[1]); process.stdin.pipe(s); s.pipe(process.stdout)";
    return `
socket=; kind=session
for word in "$@"; do
  case $word in ControlPath=*) socket=\${word#ControlPath=} ;; -N) kind=login ;; -O) exit 0 ;; esac
done
if [ $kind = login ] || [ "$socket" = none ]; then
  echo "$*" >>"${this.#folder}/logins"
  if [ "$(wc -l <"${this.#folder}/logins")" -le ${refused} ]; then
    echo "kex_exchange_identification: Connection closed by remote host" >&2
    exit 255
  fi
fi
[ $kind = login ] && { sleep 0.2; touch "$socket"; exit 0; }
if [ "$socket" != none ]; then
  [ -e "$socket" ] || { echo "kex_exchange_identification: Connection closed by remote host" >&2; exit 255; }
  place=; number=0
  while [ $number -lt ${sessions} ]; do
    mkdir "$socket.$number" 2>/dev/null && { place=$socket.$number; break; }
    number=$((number + 1))
  done
  [ -n "$place" ] || {
    echo "mux_client_request_session: session request failed: Session open refused by peer" >&2
    echo "kex_exchange_identification: Connection closed by remote host" >&2
    exit 255
  }
  trap 'rmdir "$place"; kill $child 2>/dev/null; exit 255' TERM
fi
exec 3<&0
"${process.execPath}" -e "${dial}" "${this.#folder}/engine" <&3 & child=$!
wait $child
[ -z "$place" ] || rmdir "$place"`;
  }
}
