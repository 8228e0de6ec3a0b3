import assert from "node:assert/strict";
import { rendered, route, settings } from "./nginx-fixture.ts";
import { all, inside, mapped, only } from "./nginx-parser.ts";

describe("render/nginx: several containers of a release", () => {
  const canary = { release: "green-00000003", percent: 5 };
  const { http, site } = rendered({ replicas: 3, canary });
  const servers = (upstream: string) =>
    all(inside(http, "upstream", upstream), "server").map(({ words }) => words.slice(1).join(" "));

  it("share the requests, and stand in for each other", () => {
    const host = (release: string, suffix: string) => `webnet-local-backend-${release}${suffix}:8080 resolve`;
    assert.deepEqual(servers("active"), [
      ...["", "-2", "-3"].map(
        (suffix) => `${host(route.active.release, suffix)} max_fails=1 fail_timeout=3s`,
      ),
      "unix:/tmp/fallback.sock backup max_fails=0",
    ]);
    assert.deepEqual(servers("canary").slice(0, 3), [
      ...["", "-2", "-3"].map((suffix) => `${host(canary.release, suffix)} max_fails=2 fail_timeout=10s`),
    ]);
    assert.equal(all(inside(http, "upstream", "active"), "least_conn").length, 1);
    assert.deepEqual(only(site, "proxy_next_upstream_tries"), ["4"]);
    assert.deepEqual(only(site, "proxy_connect_timeout"), ["1s"]);
  });

  it("can be asked for one by one, by who may ask for the release", () => {
    const asked = inside(http, "map", "$http_x_webnet_replica", "$asked_replica");
    assert.equal(mapped(asked, "2"), "-2");
    for (const other of ["", "1", "4", "2.evil.example", "-2"]) assert.equal(mapped(asked, other), "");
    const backend = inside(http, "map", "$lane", "$backend");
    assert.equal(mapped(backend, "guarded"), "webnet-local-backend-$asked_release$asked_replica:8080");
    assert.equal(mapped(backend, "active"), "active");
  });

  it("are told to nobody, and one alone is as it always was", () => {
    const alone = rendered();
    assert.equal(settings(alone.site, "proxy_connect_timeout")["5s"], "");
    assert.deepEqual(
      all(inside(alone.http, "upstream", "active"), "server").map(({ words }) => words[1]),
      ["webnet-local-backend-blue-1a2b3c4d:8080", "unix:/tmp/fallback.sock"],
    );
    assert.equal(all(inside(alone.http, "upstream", "active"), "least_conn").length, 0);
  });
});
