import assert from "node:assert/strict";
import { toldOf } from "../../../render/nginx.ts";
import { platformWith } from "../support/platform.ts";
import { location, rendered, routeFacts, server, settings } from "./nginx-fixture.ts";
import { all, inside, mapped, only, type Parsed } from "./nginx-parser.ts";

describe("render/nginx: maintenance", () => {
  const isClient = (http: Parsed[], words: string) =>
    mapped(inside(http, "map", "$guard $kind_of_client $remote_addr $uri", "$is_client"), words);
  const closed = (http: Parsed[], words: string) =>
    mapped(inside(http, "map", "$is_client:$request_method:$http_accept", "$may_be_closed"), words);

  it("turns clients away, and nobody else", () => {
    const { http } = rendered();
    assert.equal(isClient(http, "public client 198.51.100.7 /shop"), "yes");
    for (const other of [
      "public guest 198.51.100.7 /shop",
      "guarded client 198.51.100.7 /shop",
      "named client unix: /shop",
      "public client unix: /shop",
      "public client 198.51.100.7 /healthz",
      "public client 198.51.100.7 /.webnet/look/enter",
    ])
      assert.equal(isClient(http, other), "", other);
    assert.equal(isClient(http, "public client 198.51.100.7 /healthz/x"), "yes");
  });

  it("gives a page to who asks for one, and a text to everybody else", () => {
    const { http, site } = rendered();
    assert.equal(closed(http, "yes:GET:text/html,*/*"), "page");
    for (const words of ["yes:POST:text/html", "yes:GET:application/json", "yes:GET:"])
      assert.equal(closed(http, words), "text", words);
    assert.equal(closed(http, ":GET:text/html"), "");
    const page = location(site, "@closed");
    assert.deepEqual(only(page, "try_files"), ["/$release/maintenance.html", "@closed_page"]);
    for (const block of [page, location(site, "@closed_page")])
      assert.equal(settings(block, "add_header")["Cache-Control"], "no-store always");
    assert.equal(mapped(inside(http, "map", "$status:$upstream_status", "$retry_after"), "503:"), "300");
    assert.equal(mapped(inside(http, "map", "$status:$upstream_status", "$retry_after"), "503:503"), "");
  });

  it("begins with a file that nginx looks for, or with the settings, and has its guests from them", () => {
    const unless = (http: Parsed[]) =>
      all(server(http, "80"), "if").map(({ words }) => words.slice(1).join(" "));
    assert.ok(
      unless(rendered().http).includes("( !-e /config/maintenance )") ||
        unless(rendered().http).includes("(!-e /config/maintenance)"),
    );
    const on = rendered({ maintenance: { on: true, guests: ["192.0.2.0/24"], retryAfterSeconds: 60 } });
    assert.ok(!unless(on.http).some((words) => words.includes("/config/maintenance")));
    assert.ok(
      inside(on.http, "geo", "$kind_of_client").some(({ words }) => words.join(" ") === "192.0.2.0/24 guest"),
    );
    assert.equal(mapped(inside(on.http, "map", "$status:$upstream_status", "$retry_after"), "503:"), "60");
  });

  it("is told to the gateway only where the settings say something of it", () => {
    const told = (changes: Record<string, unknown>) =>
      toldOf(platformWith(changes).settings, "b-", routeFacts).maintenance;
    assert.equal(told({}), undefined);
    assert.deepEqual(told({ "gateway.maintenance.on": true }), {
      on: true,
      guests: [],
      retryAfterSeconds: 300,
    });
    assert.deepEqual(told({ "gateway.maintenance.guests": ["192.0.2.1"] }), {
      guests: ["192.0.2.1"],
      retryAfterSeconds: 300,
    });
  });
});
