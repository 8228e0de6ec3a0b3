import assert from "node:assert/strict";
import { refusal, smallest } from "./support.ts";

// `pulumi config set` without --path makes one key of the whole path, and says nothing.
describe("settings: keys that were set without --path", () => {
  it("gives the right command for a tag", () => {
    assert.equal(
      refusal({ ...smallest, "colors.green.backendTag": "sha-2" }),
      `The configuration of stack "prod" has a problem:

webnet:colors.green.backendTag
  problem: this is one key whose name has dots, made by \`pulumi config set\` without --path
  got:     "sha-2"
  allowed: an image tag: 1 to 128 letters, digits, "_", "." and "-", the first one no "." or "-"; quoted in the YAML file if it looks like a number; or none, for no such part
  fix:     pulumi config rm 'webnet:colors.green.backendTag' --stack prod
  then:    pulumi config set --path 'webnet:colors.green.backendTag' sha-2 --stack prod`,
    );
  });

  it("gives the right command for a list item", () => {
    assert.equal(
      refusal({ ...smallest, "network.dns[0]": "9.9.9.9" }),
      `The configuration of stack "prod" has a problem:

webnet:network.dns[0]
  problem: this is one key whose name has dots, made by \`pulumi config set\` without --path
  got:     "9.9.9.9"
  allowed: an IP address
  fix:     pulumi config rm 'webnet:network.dns[0]' --stack prod
  then:    pulumi config set --path 'webnet:network.dns[0]' 9.9.9.9 --stack prod`,
    );
  });

  it("quotes a value that the shell would take apart, and keeps its dash from being an option", () => {
    assert.ok(
      refusal({ ...smallest, "backend.environment.JAVA_OPTS": "-Xss1m -XX:+UseZGC" }).endsWith(
        "pulumi config set --path 'webnet:backend.environment.JAVA_OPTS' --stack prod -- '-Xss1m -XX:+UseZGC'",
      ),
    );
  });

  it("calls a dotted key unknown that is no path of ours", () => {
    assert.match(refusal({ ...smallest, "colors.red.tag": "v1" }), /problem: there is no such setting\n/);
  });
});
