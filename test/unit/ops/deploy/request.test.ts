import assert from "node:assert/strict";
import { abort, finish } from "../../../../ops/deploy/after-kill.ts";
import { afterKillOf, requestOf } from "../../../../ops/deploy/command.ts";
import {
  alreadyThere,
  changesFor,
  commandFor,
  describeChanges,
  inShapeOf,
  tagsOf,
  type DeployRequest,
} from "../../../../ops/deploy/request.ts";
import { readStackFile } from "../../../../ops/stack-config.ts";
import { projectRoot } from "../../../../host/project.ts";

const settings = readStackFile(
  [
    "config:",
    "  webnet:domain: localhost",
    "  webnet:imageCatalogue: local",
    "  webnet:activeColor: blue",
    "  webnet:colors:",
    "    blue: { backendTag: v1, frontendTag: w1 }",
    "    green: { backendTag: v0, frontendTag: w0 }",
  ].join("\n"),
  "x",
);

function changes(request: DeployRequest): Record<string, string | number> {
  return Object.fromEntries(changesFor(settings, request).map(({ path, value }) => [path, value]));
}

describe("what is asked for after a kill", () => {
  it("is one thing, with nothing of another deploy beside it", () => {
    assert.equal(afterKillOf({ abort: true, "break-lock": true, stack: "prod", yes: true }), abort);
    assert.equal(afterKillOf({ finish: true }), finish);
    assert.equal(afterKillOf({ tag: "v2" }), undefined);
    for (const [values, message] of [
      [{ abort: true, finish: true }, /which of the two\?/],
      [{ "break-lock": true }, /--break-lock goes with --abort or --finish only/],
      [{ finish: true, tag: "v3" }, /--finish goes by .*: it goes without --tag\./],
      [{ abort: true, "require-traffic": true }, /it goes without --require-traffic\./],
    ] as const)
      assert.throws(() => afterKillOf(values), message);
  });
});

describe("a tag for all images", () => {
  const site = { activeColor: "blue" as const, colors: { blue: { backendTag: "none", frontendTag: "v1" } } };
  const tags = (request: DeployRequest) => ("tags" in request ? request.tags : undefined);

  it("is for those that what serves has, unless a part is named", () => {
    const request = requestOf({ tag: "v2" });
    assert.deepEqual(tags(inShapeOf(settings, request, [])), { backend: "v2", frontend: "v2" });
    assert.deepEqual(tags(inShapeOf(site, request, [])), { backend: "none", frontend: "v2" });
    assert.deepEqual(tags(inShapeOf(site, request, ["backend"])), { backend: "v2", frontend: "v2" });
    assert.deepEqual(inShapeOf(site, { kind: "switch" }, []), { kind: "switch" });
  });

  it("and the parts of a release with one say so of the other", () => {
    assert.deepEqual(tagsOf([{ name: "frontend", tag: "v1" }]), { backend: "none", frontend: "v1" });
    const request = {
      kind: "release",
      tags: { backend: "none", frontend: "v1" },
      prepareOnly: false,
    } as const;
    assert.equal(
      commandFor(request, { stack: "prod", directory: projectRoot }),
      "npm run ops -- deploy --backend-tag none --frontend-tag v1 --stack prod",
    );
  });
});

describe("the command that makes a request again", () => {
  const here = { stack: "prod", directory: projectRoot };

  it("has the options that were given", () => {
    const request = requestOf({ tag: "v2", color: "blue" });
    assert.equal(commandFor(request, here), "npm run ops -- deploy --tag v2 --color blue --stack prod");
    assert.equal(
      commandFor(request, here, { bakeSeconds: 600, requireTraffic: true }),
      "npm run ops -- deploy --tag v2 --color blue --bake 600 --require-traffic --stack prod",
    );
    assert.equal(
      commandFor({ kind: "switch" }, here, { bakeSeconds: 0 }),
      "npm run ops -- deploy --switch --bake 0 --stack prod",
    );
    const former = { release: "green-00000001", tags: { backend: "v0", frontend: "w0" } };
    assert.equal(
      commandFor({ kind: "rollback", former }, here, { bakeSeconds: 0 }),
      "npm run ops -- rollback --stack prod",
    );
  });

  it("has the folder, unless it is this project's", () => {
    for (const [directory, written] of [
      ["/srv/web-1", "/srv/web-1"],
      ["/srv/it's here", "'/srv/it'\\''s here'"],
    ] as const)
      assert.equal(
        commandFor({ kind: "switch" }, { ...here, directory }),
        `npm run ops -- deploy --switch --stack prod --cwd ${written}`,
      );
  });
});

describe("ops/deploy/request", () => {
  it("puts tags on the standby and the traffic there", () => {
    assert.deepEqual(changes(requestOf({ tag: "v2" })), {
      "webnet:colors.green.backendTag": "v2",
      "webnet:colors.green.frontendTag": "v2",
      "webnet:activeColor": "green",
    });
  });

  it("takes a tag of its own for each image, and changes only what differs", () => {
    assert.deepEqual(changes(requestOf({ "backend-tag": "v2", "frontend-tag": "w0" })), {
      "webnet:colors.green.backendTag": "v2",
      "webnet:activeColor": "green",
    });
  });

  it("replaces what serves where its colour is named", () => {
    assert.deepEqual(changes(requestOf({ tag: "v2", color: "blue" })), {
      "webnet:colors.blue.backendTag": "v2",
      "webnet:colors.blue.frontendTag": "v2",
    });
  });

  it("leaves the traffic where it is when it only prepares", () => {
    assert.deepEqual(changes(requestOf({ tag: "v2", prepare: true })), {
      "webnet:colors.green.backendTag": "v2",
      "webnet:colors.green.frontendTag": "v2",
    });
    assert.throws(() => changes(requestOf({ tag: "v2", prepare: true, color: "blue" })), /--prepare is for/);
  });

  it("switches without tags, where there is something to switch to", () => {
    assert.deepEqual(changes(requestOf({ switch: true })), { "webnet:activeColor": "green" });
    const alone = { ...settings, colors: { blue: settings.colors.blue } } as typeof settings;
    assert.throws(() => changesFor(alone, { kind: "switch" }), /nothing to switch to: green has no tags/);
  });

  it("rolls back to the colour and tags of what served before", () => {
    const former = { release: "green-00000001", tags: { backend: "v0", frontend: "w0" } };
    assert.deepEqual(changes({ kind: "rollback", former }), { "webnet:activeColor": "green" });
    const inPlace = { release: "blue-00000001", tags: { backend: "v0", frontend: "w1" } };
    assert.deepEqual(changes({ kind: "rollback", former: inPlace }), {
      "webnet:colors.blue.backendTag": "v0",
    });
  });

  it("ends a canary with the traffic's move to its colour, and never gives one to what is only prepared", () => {
    const canary = { ...settings, gateway: { ...settings.gateway, canaryPercent: 5 } };
    const paths = (values: Parameters<typeof requestOf>[0]) =>
      changesFor(canary, requestOf(values)).map(({ path, value }) => `${path}=${value}`);
    const ended = "webnet:gateway.canaryPercent=0";
    assert.deepEqual(paths({ switch: true }), ["webnet:activeColor=green", ended]);
    assert.ok(paths({ tag: "v2" }).includes(ended));
    assert.ok(paths({ tag: "v2", prepare: true }).includes(ended));
    assert.ok(!paths({ tag: "v2", color: "blue" }).includes(ended));
  });

  it("tells what is asked for a second time, whatever colour it went to the first time", () => {
    const already = (values: Parameters<typeof requestOf>[0]) =>
      alreadyThere(settings, requestOf(values))?.words;
    const serving = { "backend-tag": "v1", "frontend-tag": "w1" };
    assert.equal(already(serving), "backend v1 with frontend w1 serves already, as blue");
    assert.equal(already({ ...serving, color: "blue" }), already(serving));
    const standby = { "backend-tag": "v0", "frontend-tag": "w0" };
    const prepared = "backend v0 with frontend w0 stands by already, as green";
    assert.equal(already({ ...standby, prepare: true }), prepared);
    const others: Parameters<typeof requestOf>[0][] = [
      { "backend-tag": "v1", "frontend-tag": "w0" },
      { ...serving, color: "green" },
      { ...serving, prepare: true },
      standby,
      { switch: true },
    ];
    for (const values of others) assert.equal(already(values), undefined, JSON.stringify(values));
  });

  it("prepares anew what a canary is sent to", () => {
    const canary = { ...settings, gateway: { ...settings.gateway, canaryPercent: 5 } };
    const standby = { "backend-tag": "v0", "frontend-tag": "w0", prepare: true };
    assert.equal(alreadyThere(canary, requestOf(standby)), undefined);
    const serving = { "backend-tag": "v1", "frontend-tag": "w1" };
    assert.equal(
      alreadyThere(canary, requestOf(serving))?.words,
      "backend v1 with frontend w1 serves already, as blue, but for the 5 % of the clients that get the canary",
    );
  });

  it("says so where the config needs no change", () => {
    const same = { "backend-tag": "v1", "frontend-tag": "w1", color: "blue" };
    assert.throws(() => changes(requestOf(same)), /nothing to deploy/);
  });

  it("shows what was there before", () => {
    const lines = describeChanges(settings, changesFor(settings, { kind: "switch" }));
    assert.deepEqual(lines, ["  webnet:activeColor  blue → green"]);
  });

  for (const [what, values, message] of [
    ["no tag", {}, /which release\? Name --tag TAG/],
    ["one tag of two", { "frontend-tag": "w2" }, /which release\?/],
    ["another colour", { tag: "v2", color: "red" }, /--color is "red"; allowed: blue or green/],
    [
      "a tag of both images beside one of each",
      { tag: "v1", "backend-tag": "v2", "frontend-tag": "w2" },
      /leave --tag out, or one of the two\.$/,
    ],
    ["a switch with tags", { switch: true, tag: "v2" }, /--switch moves the traffic/],
    ["a switch with a colour", { switch: true, color: "blue" }, /--switch moves the traffic/],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.throws(() => requestOf(values), message);
    });
  }
});
