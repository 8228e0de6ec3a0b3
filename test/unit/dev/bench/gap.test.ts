import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { gapDuring } from "../../../../dev/bench/gap.ts";

describe("bench: the outage of a gateway", () => {
  let servers: Server[];
  beforeEach(() => {
    servers = [];
  });
  afterEach(() => {
    for (const server of servers) server.close().closeAllConnections();
  });

  /** A server that does what `mode` says: answers 200, answers 503 or hangs. */
  async function serve(mode: () => "well" | "fails" | "hangs"): Promise<string> {
    const server = createServer((_, response) => {
      const now = mode();
      if (now !== "hangs") response.writeHead(now === "well" ? 200 : 503).end();
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it("counts where the gateway never comes back", async () => {
    let isUp = true;
    const url = await serve(() => (isUp ? "well" : "fails"));
    const work = async (): Promise<void> => {
      await sleep(100);
      isUp = false;
      await sleep(300);
    };
    const gap = await gapDuring([url], work, 0.2);
    assert.ok(gap >= 450, String(gap));
  });

  it("counts to its end where the work ends before", async () => {
    let isUp = true;
    const url = await serve(() => (isUp ? "well" : "fails"));
    const gap = await gapDuring([url], async () => {
      await sleep(100);
      isUp = false;
      setTimeout(() => (isUp = true), 500);
    });
    assert.ok(gap >= 450 && gap < 3000, String(gap));
  });

  it("is none while one address answers and the other hangs", async () => {
    const urls = [await serve(() => "well"), await serve(() => "hangs")];
    const gap = await gapDuring(urls, () => sleep(300));
    assert.ok(gap < 250, String(gap));
  });

  it("passes on at once that the work failed", async () => {
    const url = await serve(() => "fails");
    await assert.rejects(
      gapDuring([url], () => Promise.reject(new Error("no update"))),
      /no update/,
    );
  });
});
