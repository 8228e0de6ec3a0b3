import assert from "node:assert/strict";
import { addressesMeet, isLoopback, publishedAddresses, urlHost } from "../../../settings/addresses.ts";

describe("an address that a port is published on", () => {
  it("is every one of both families, every one of version 4, or that one as the engine tells it", () => {
    assert.deepEqual(publishedAddresses("::"), ["0.0.0.0", "::"]);
    assert.deepEqual(publishedAddresses("0:0:0:0:0:0:0:0"), ["0.0.0.0", "::"]);
    assert.deepEqual(publishedAddresses("0.0.0.0"), ["0.0.0.0"]);
    assert.deepEqual(publishedAddresses("2001:DB8::0:1"), ["2001:db8::1"]);
    assert.deepEqual(publishedAddresses("192.0.2.7"), ["192.0.2.7"]);
  });

  it("gives a URL that can be opened on the host", () => {
    const hosts = ["::1", "2001:db8::7", "192.0.2.7", "0.0.0.0", "::"].map(urlHost);
    assert.deepEqual(hosts, ["[::1]", "[2001:db8::7]", "192.0.2.7", "127.0.0.1", "127.0.0.1"]);
    assert.deepEqual(["127.0.0.1", "127.8.0.1", "::1", "0:0:0:0:0:0:0:1"].filter(isLoopback).length, 4);
    assert.deepEqual(["::", "0.0.0.0", "2001:db8::127", "192.0.2.7"].filter(isLoopback), []);
  });

  it("meets what it has an address in common with", () => {
    assert.ok(addressesMeet("::", "127.0.0.1"));
    assert.ok(addressesMeet("::1", "::"));
    assert.ok(!addressesMeet("0.0.0.0", "::1"));
    assert.ok(!addressesMeet("127.0.0.1", "::1"));
  });
});
