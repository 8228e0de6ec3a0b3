import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { listenersIn } from "../../../preflight/tcp-tables.ts";

const four =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode                                                     \n";
const six =
  "  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
const rest = "00000000:00000000 00:00000000 00000000     0        0 10269661 1 00000000bbb5d3f7 100 0 0 10 0";
const line = (local: string, state = "0A") =>
  `   0: ${local} ${local.length > 20 ? "0".repeat(32) : "00000000"}:0000 ${state} ${rest}${local.length > 20 ? "" : "                  "}\n`;

const told = (text: string) => listenersIn(text).map(({ address, port }) => `${address} ${port}`);

describe("the kernel's tables of TCP sockets", () => {
  it("tell who listens on which address of version 4, and nothing else", () => {
    const table = [
      four,
      "   0: 0100007F:5A4F 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 10269661 1 00000000bbb5d3f7 100 0 0 10 0                  \n",
      "   1: 057100CB:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000    33        0 10317218 2 000000006f8a632d 100 0 0 10 0                  \n",
      "   2: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 10233619 1 00000000387fdcfa 100 0 0 10 0                  \n",
      "   3: 0100007F:0050 0100007F:D2F0 01 00000000:00000000 02:000A4C1D 00000000  1000        0 10315951 2 0000000011606447 20 4 30 10 -1                 \n",
      "4711: 0100007F:0051 0100007F:0050 06 00000000:00000000 03:00001599 00000000     0        0 0 3 0000000000000000                                      \n",
    ].join("");
    assert.deepEqual(told(table), ["127.0.0.1 23119", "203.0.113.5 80", "0.0.0.0 8080"]);
  });

  it("tell those of version 6 in their shortest form, and mapped ones of version 4 as what they are", () => {
    const table = [
      six,
      "   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 26241 1 0000000000000000 100 0 0 10 0\n",
      line("00000000000000000000000001000000:01BB"),
      line("0000000000000000FFFF00000100007F:0050"),
      line("0000000000000000FFFF000000000000:0050"),
      line("B80D0120000000000000000001000000:0050"),
      line("000080FE00000000FF005450B412A0FE:0050"),
      line("0000000000000000FFFF00000100007F:0050", "01"),
    ].join("");
    assert.deepEqual(told(table), [
      ":: 80",
      "::1 443",
      "127.0.0.1 80",
      "0.0.0.0 80",
      "2001:db8::1 80",
      "fe80::5054:ff:fea0:12b4 80",
    ]);
  });

  it("may follow on one another, and have no entries", () => {
    assert.deepEqual(told(four), []);
    assert.deepEqual(told(four + six), []);
    const both = four + line("0100007F:0050") + six + line("00000000000000000000000001000000:0050");
    assert.deepEqual(told(both), ["127.0.0.1 80", "::1 80"]);
  });

  it("are read as a whole or not at all", () => {
    assert.throws(() => listenersIn(""), { message: 'no table of TCP sockets: ""' });
    assert.throws(() => listenersIn("cat: /proc/net/tcp: Permission denied\n"), /no table of TCP sockets/);
    assert.throws(() => listenersIn(line("0100007F:0050")), /no table of TCP sockets/);
    const whole = four + line("0100007F:0050");
    assert.throws(() => listenersIn(whole + "   1: 057100CB:00"), /no line of .*057100CB:00/);
    assert.throws(() => listenersIn(whole + "   1: 057100CB00:0050 00000000:0000 0A 0"), /no line of /);
  });

  it("are such as this machine's kernel writes them", async () => {
    const program = createServer().unref();
    await once(program.listen(0, "127.9.8.5"), "listening");
    const { port } = program.address() as AddressInfo;
    const listeners = listenersIn(await readFile("/proc/net/tcp", "utf8"));
    program.close();
    assert.ok(listeners.some((listener) => listener.address === "127.9.8.5" && listener.port === port));
  });
});
