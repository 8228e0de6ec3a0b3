import assert from "node:assert/strict";
import { wantedConfig } from "../../../../ops/deploy/wanted-config.ts";

const target = { stack: "prod", project: "webnet" };
const tag = (color: string, value: string) => ({ path: `webnet:colors.${color}.backendTag`, value });
const colors = `config:
  webnet:activeColor: blue
  webnet:colors:
    blue: &tags
      backendTag: v1
      frontendTag: v1
    green: *tags
`;

describe("ops/deploy/wanted-config", () => {
  it("changes what is asked for", () => {
    const text = colors.replace(" &tags", "").replace(" *tags", "\n      backendTag: v1");
    const wanted = wantedConfig(target, text, [
      tag("green", "v2"),
      { path: "webnet:activeColor", value: "green" },
    ]);
    assert.match(wanted, /activeColor: green[^]*green:\n {6}backendTag: "v2"/);
  });

  it("refuses a change that would reach another colour by an anchor", () => {
    assert.throws(
      () => wantedConfig(target, colors, [tag("blue", "v2")]),
      /^Error: Pulumi\.prod\.yaml can't be changed by a command as it is written: webnet:colors\.green\.backendTag would change as well, to v2\. Nothing was touched\. Write the values out/,
    );
  });

  it("refuses a change of what is an alias", () => {
    assert.throws(
      () => wantedConfig(target, colors, [tag("green", "v2")]),
      /colors\.green\.backendTag can't be set \(.*\)\. Nothing was touched/,
    );
  });
});
