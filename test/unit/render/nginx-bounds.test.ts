import assert from "node:assert/strict";
import { fewPath, fullPath } from "../../../render/nginx.ts";
import { gatewayBounds } from "../../../settings/bounds.ts";
import { location, rendered, route, server, settings } from "./nginx-fixture.ts";
import { all, deep, inside, mapped, only } from "./nginx-parser.ts";

const resources = {
  memoryMegabytes: 256,
  temporaryMegabytes: 2048,
  clientMaxBodyMegabytes: 10,
  requestsPerClient: 100,
};

describe("the gateway's bounds", () => {
  it("take 40 of the largest bodies on the default limits, and on the local ones, also of one client", () => {
    for (const memoryMegabytes of [256, 96]) {
      const bounds = gatewayBounds({ ...resources, memoryMegabytes });
      assert.ok(Math.min(bounds.uploads, bounds.uploadsPerClient, bounds.requests) >= 40);
    }
  });

  it("keep all that may wait within the disk that is for it", () => {
    for (const memoryMegabytes of [32, 64, 256, 4096]) {
      for (const clientMaxBodyMegabytes of [1, 10, 100]) {
        const bounds = gatewayBounds({ ...resources, memoryMegabytes, clientMaxBodyMegabytes });
        const bodies = bounds.uploads * clientMaxBodyMegabytes;
        const answers = (bounds.requests * bounds.answerKilobytes) / 1024;
        assert.ok(bodies + answers <= resources.temporaryMegabytes, `${bodies} MB and ${answers} MB`);
      }
    }
  });

  it("keep the buffers of all requests within the memory", () => {
    for (const memoryMegabytes of [32, 64, 256, 4096]) {
      const { requests } = gatewayBounds({ ...resources, memoryMegabytes });
      assert.ok(requests > 0 && requests * 0.2 <= memoryMegabytes - 14);
    }
  });
});

describe("render/nginx: bounds", () => {
  const { http, site } = rendered();
  const map = (source: string, variable: string, value: string) =>
    mapped(inside(http, "map", source, variable), value);
  const uploadSource = "$content_length:$http_transfer_encoding:$server_protocol:$request_method";

  it("hold for all of the public server, and answer 429", () => {
    const { requests, requestsPerClient, uploads, uploadsPerClient } = route.bounds;
    assert.deepEqual(settings(site, "limit_conn"), {
      requests: String(requests),
      clients: String(requestsPerClient),
      uploads: String(uploads),
      uploading_clients: String(uploadsPerClient),
    });
    assert.deepEqual(only(site, "limit_conn_status"), ["429"]);
    // A location's own would replace the server's.
    const elsewhere = deep(site).filter(({ words }) => words[0] === "limit_conn");
    assert.equal(elsewhere.length, 4);
  });

  it("leave a client's out where they are 0", () => {
    const { site: unbounded } = rendered({ bounds: { ...route.bounds, requestsPerClient: 0 } });
    assert.equal(settings(unbounded, "limit_conn")["clients"], undefined);
  });

  it("count what everybody asks for, and neither the health nor who looks at a release", () => {
    for (const [value, counted] of [
      ["public:/", "all"],
      ["public:/api/rows", "all"],
      ["public:/healthz", ""],
      ["guarded:/", ""],
      ["named:/api/version", ""],
    ] as const)
      assert.equal(map("$guard:$uri", "$counted", value), counted, value);
  });

  it("count a client by its address, but for those that many share", () => {
    assert.equal(map("$counted:$is_near", "$counted_client", "all:"), "$client_network");
    assert.equal(map("$counted:$is_near", "$counted_client", "all:near"), "");
    assert.equal(map("$counted:$has_upload:$is_near", "$uploading_client", "all:yes:"), "$client_network");
    assert.equal(map("$binary_remote_addr", "$client_network", "\x01\x02\x03\x04"), "$binary_remote_addr");
    const [first, second] = ["network:", "address\n"];
    assert.equal(map("$binary_remote_addr", "$client_network", first + second), first);
    const near = inside(http, "geo", "$is_near").map(({ words }) => words[0]);
    for (const network of ["127.0.0.0/8", "172.16.0.0/12", "fc00::/7"]) assert.ok(near.includes(network));
  });

  it("tell nginx's own container whether they turn everybody away, by a request that counts as any", () => {
    const internal = server(http, "unix:/tmp/internal.sock");
    const full = location(internal, "=", fullPath);
    const { requests, uploads } = route.bounds;
    assert.deepEqual(settings(full, "limit_conn"), {
      requests: String(requests),
      uploads: String(uploads),
    });
    assert.equal(map("$guard:$uri", "$counted", `public:${fullPath}`), "all");
    const source = "$counted:$has_upload:$uri";
    assert.equal(map(source, "$counted_upload", `all::${fullPath}`), "all");
    assert.equal(map(source, "$counted_upload", "all:yes:/api/uploads/1"), "all");
    assert.equal(map(source, "$counted_upload", "all::/"), "");
    // nginx runs a `return` before it checks the bounds.
    assert.deepEqual(all(full, "return"), []);
    const [others] = all(full, "if");
    assert.deepEqual(only(others?.body ?? [], "return"), ["404"]);
  });

  it("tell it too whether hardly a request counts", () => {
    const limits = (bounds: typeof route.bounds) => {
      const internal = server(rendered({ bounds }).http, "unix:/tmp/internal.sock");
      return settings(location(internal, "=", fewPath), "limit_conn");
    };
    assert.deepEqual(limits(route.bounds), { requests: "93", uploads: "11" });
    // To nginx 0 is no bound. 1 leaves room for the question alone.
    assert.deepEqual(limits({ ...route.bounds, requests: 4, uploads: 1 }), { requests: "1", uploads: "1" });
    assert.equal(map("$counted:$has_upload:$uri", "$counted_upload", `all::${fewPath}`), "all");
  });

  it("know an upload by its length, or by having none", () => {
    for (const [value, upload] of [
      ["::HTTP/1.1:GET", ""],
      ["200:::POST", ""],
      ["9999::HTTP/1.1:POST", ""],
      ["10000::HTTP/1.1:POST", "yes"],
      ["9437184::HTTP/2.0:PUT", "yes"],
      [":chunked:HTTP/1.1:POST", "yes"],
      [":gzip, Chunked:HTTP/1.1:GET", "yes"],
      ["::HTTP/2.0:POST", "yes"],
      ["::HTTP/2.0:GET", ""],
      ["::HTTP/1.1:DELETE", ""],
    ] as const)
      assert.equal(map(uploadSource, "$has_upload", value), upload, value);
  });

  it("say when to try again, and leave that to a backend that says it itself", () => {
    assert.equal(map("$status:$upstream_status", "$retry_after", "429:"), "5");
    assert.equal(map("$status:$upstream_status", "$retry_after", "429:429"), "");
    assert.equal(map("$status:$upstream_status", "$retry_after", "200:"), "");
    assert.equal(settings(site, "add_header")["Retry-After"], "$retry_after always");
  });

  it("let a large answer wait on disk, up to its share", () => {
    assert.deepEqual(only(site, "proxy_max_temp_file_size"), [`${route.bounds.answerKilobytes}k`]);
    assert.equal(all(http, "limit_conn_zone").length, 4);
  });

  it("open no more over one connection than one client may have", () => {
    assert.ok(Number(only(http, "http2_max_concurrent_streams")[0]) < route.bounds.requestsPerClient);
  });
});
