import assert from "node:assert/strict";
import { isConverted, withSockets } from "../../../gateway/before-edge.ts";
import { all, inside, only, parseNginx, type Parsed } from "../render/nginx-parser.ts";

/** A gateway's configuration from before there was an edge, cut down for this test. */
const conf = `
http {
  server {
    listen 8081;
    server_name _;
    location = /.webnet/generation {
      if ($remote_addr != 127.0.0.1) {
        return 404;
      }
      return 200 "g1\\n";
    }
  }
  server {
    listen 127.0.0.1:8082;
  }
  server {
    listen 80;
    server_name www.example.com;
  }
  server {
    listen 80 default_server;
    server_name _;
  }
}
`;

describe("a generation of before there was an edge", () => {
  const files = withSockets(conf);
  const servers = (text: string): Parsed[][] =>
    all(inside(parseNginx(text), "http"), "server").map(({ body }) => body);
  const listens = (text: string): string[][] =>
    servers(text).map((body) => all(body, "listen").map(({ words }) => words.slice(1).join(" ")));

  it("gets the sockets that the gateway is asked by, and shares its ports", () => {
    assert.deepEqual(listens(files["nginx.conf"]), [
      ["8081 reuseport", "127.0.0.1:8090 reuseport", "unix:/tmp/internal.sock"],
      ["127.0.0.1:8082"],
      ["80 reuseport", "unix:/tmp/public.sock"],
      ["80 default_server", "unix:/tmp/public.sock default_server"],
    ]);
  });

  it("has a quiet form as well, and each says which it is", () => {
    assert.deepEqual(listens(files["quiet.conf"]), [
      ["unix:/tmp/internal.sock"],
      ["127.0.0.1:8082"],
      ["unix:/tmp/public.sock"],
      ["unix:/tmp/public.sock default_server"],
    ]);
    for (const [file, says] of [
      ["nginx.conf", "public"],
      ["quiet.conf", "quiet"],
    ] as const) {
      const [internal = []] = servers(files[file]);
      assert.deepEqual(only(inside(internal, "location", "=", "/.webnet/listening"), "return"), [
        "200",
        `${says}\\n`,
      ]);
      const proof = inside(internal, "location", "=", "/.webnet/generation");
      assert.match(JSON.stringify(proof), /unix:/);
    }
  });

  it("is known again once it has them: a second attempt leaves it as it is", () => {
    assert.equal(isConverted(conf), false);
    for (const text of Object.values(files)) assert.equal(isConverted(text), true);
  });
});
