import assert from "node:assert/strict";
import { location, rendered, settings } from "./nginx-fixture.ts";
import { all, inside, mapped, type Parsed } from "./nginx-parser.ts";

describe("render/nginx: headers of answers", () => {
  const ours = (http: Parsed[], name: string, backend = "") => {
    const variable = name.toLowerCase().replaceAll("-", "_");
    return mapped(inside(http, "map", `$upstream_http_${variable}`, `$our_${variable}`), backend);
  };

  it("are the settings' beside the usual ones, or in their place, and the backend's own win", () => {
    const headers = {
      "content-security-policy": "default-src 'self'; img-src 'self' data:",
      "Permissions-Policy": "camera=()",
      "X-Frame-Options": "",
    };
    const { http, site } = rendered({ headers });
    assert.equal(ours(http, "Content-Security-Policy"), headers["content-security-policy"]);
    assert.equal(ours(http, "Content-Security-Policy", "default-src *"), "");
    assert.equal(ours(http, "Permissions-Policy"), "camera=()");
    assert.equal(ours(http, "X-Frame-Options"), "");
    assert.equal(ours(http, "X-Content-Type-Options"), "nosniff");
    for (const block of [site, location(site, "/"), location(site, "@newest"), location(site, "@closed")]) {
      const added = settings(block, "add_header");
      assert.equal(added["Permissions-Policy"], "$our_permissions_policy always");
      const policies = all(block, "add_header").filter(({ words }) =>
        /^content-security-policy$/i.test(words[1] ?? ""),
      );
      assert.equal(policies.length, 1);
    }
    const closed = settings(location(site, "@closed_page"), "add_header")["Content-Security-Policy"];
    assert.match(closed ?? "", /style-src 'unsafe-inline'/);
  });
});
