import assert from "node:assert/strict";
import { createServer, type AddressInfo } from "node:net";
import { freePort } from "../../../../dev/platform/ports.ts";

describe("a platform's ports", () => {
  it("are of a range whose ends belong to it, and taken ones are refused", async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, "127.0.0.1", () => {
        resolve((server.address() as AddressInfo).port);
      });
    });
    await assert.rejects(freePort(port, port), {
      message: `no port of 127.0.0.1 from ${port} to ${port} seems to be free`,
    });
    await new Promise((resolve) => server.close(resolve));
    assert.equal(await freePort(port, port), port);
    // It was given away, though nobody listens yet.
    await assert.rejects(freePort(port, port), /seems to be free/);
  });
});
