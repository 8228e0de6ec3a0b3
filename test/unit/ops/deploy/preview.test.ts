import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describePlan, madeInstead, previewOf, readPlan } from "../../../../ops/deploy/preview.ts";
import type { CliOptions } from "../../../../pulumi/cli.ts";
import { stackFileVariable } from "../../../../pulumi/told-folder.ts";
import { Target } from "../../../../ops/target.ts";
import { gapNotice } from "../../../../workload/gap-notice.ts";

const urn = (types: string, name: string) => `urn:pulumi:x::webnet::${types}::${name}`;
const inRelease = "webnet:stacks:Application$webnet:release:Release";

describe("ops/deploy/preview", () => {
  it("tells the program of the file that stands for the stack's: it reads encrypted values there", async () => {
    class Asked extends Target {
      readonly files: (string | undefined)[] = [];
      override pulumi(args: readonly string[], { environment = {} }: CliOptions = {}) {
        this.files.push(args[args.indexOf("--config-file") + 1], environment[stackFileVariable]);
        assert.equal(readFileSync(this.files[0] ?? "", "utf8"), "config: {}\n");
        return Promise.resolve({ exitCode: 0, stdout: '{"steps":[],"changeSummary":{}}', stderr: "" });
      }
    }
    const target = new Asked("prod");
    await previewOf(target, "config: {}\n", new AbortController().signal);
    assert.equal(target.files[0], target.files[1]);
    assert.match(target.files[0] ?? "", /Pulumi\.prod\.yaml$/);
  });

  it("shows a release's parts as one line, and leaves out what stays", () => {
    const plan = readPlan(
      JSON.stringify({
        steps: [
          { op: "same", urn: urn("pulumi:pulumi:Stack", "webnet-x") },
          { op: "create", urn: urn(inRelease, "application-green-0000000a") },
          {
            op: "create",
            urn: urn(`${inRelease}$docker:index/container:Container`, "application-green-0000000a-backend"),
          },
          { op: "update", urn: urn("webnet:stacks:Gateway$command:local:Command", "gateway-route") },
          { op: "delete", urn: urn(inRelease, "application-green-0000000b") },
        ],
        changeSummary: { same: 52, create: 2, update: 1, delete: 1 },
      }),
    );
    assert.equal(plan.steps.length, 4);
    assert.deepEqual(describePlan(plan), [
      "  create release green-0000000a",
      "  update gateway-route",
      "  delete release green-0000000b",
      "  52 unchanged",
    ]);
  });

  it("says that a rollback makes another release than the one that served", () => {
    const step = { op: "create", name: "a", release: "green-0000000a" };
    const plan = {
      steps: [step, { ...step, op: "delete", release: "green-0000000b" }],
      unchanged: 0,
      gaps: [],
    };
    assert.match(
      madeInstead(plan, "green-0000000b").join(),
      /^ {2}green-0000000a has the tags of green-0000000b, and/,
    );
    for (const former of ["green-0000000a", undefined]) assert.deepEqual(madeInstead(plan, former), []);
    assert.deepEqual(madeInstead({ ...plan, steps: [] }, "green-0000000b"), []);
  });

  it("tells a switch from another update of the route", () => {
    const planned = (from: string | undefined, to: string | undefined, repairs?: string) => {
      const state = (active: string | undefined, more = {}) =>
        active && {
          ...{ urn: "u", type: "command:local:Command", custom: true },
          inputs: { environment: { WEBNET_ACTIVE_RELEASE: active, WEBNET_ROUTE: "{}", ...more } },
        };
      const step = { op: "update", urn: urn("webnet:stacks:Gateway$command:local:Command", "gateway-route") };
      const states = { oldState: state(from), newState: state(to, repairs && { WEBNET_REPAIRS: repairs }) };
      return describePlan(readPlan(JSON.stringify({ steps: [{ ...step, ...states }] })))[0];
    };
    const [blue, green] = ["blue-0000000a", "green-0000000a"];
    assert.equal(planned(blue, green), `  update gateway-route: the traffic goes from ${blue} to ${green}`);
    assert.equal(planned(blue, blue), `  update gateway-route: the traffic stays with ${blue}`);
    for (const found of [blue, `${blue} and ${green}`])
      assert.equal(
        planned(`found by recover: ${found}`, green),
        `  update gateway-route: the traffic goes from ${blue} to ${green}`,
      );
    assert.equal(
      planned(`found by recover: ${blue}`, blue),
      `  update gateway-route: the traffic stays with ${blue}`,
    );
    assert.equal(
      planned(blue, blue, "1"),
      `  update gateway-route: the traffic goes to ${blue}, wherever a killed update has left it`,
    );
    assert.equal(planned(undefined, blue), `  update gateway-route: the traffic goes to ${blue}`);
    assert.equal(planned(blue, undefined), "  update gateway-route");
  });

  it("says last what is missed meanwhile, in the program's words", () => {
    const notice = gapNotice("webnet-x-mysql", "The database is away.");
    const plan = readPlan(
      JSON.stringify({
        diagnostics: [
          { severity: "warning", message: `warning: ${notice}\n` },
          { severity: "warning", message: "warning: something else" },
          { severity: "info", message: notice },
        ],
      }),
    );
    assert.deepEqual(plan.gaps, ["This update makes webnet-x-mysql anew. The database is away."]);
    assert.deepEqual(describePlan(plan), ["  0 unchanged", ...plan.gaps]);
  });

  it("takes a plan that changes nothing", () => {
    assert.deepEqual(describePlan(readPlan("{}")), ["  0 unchanged"]);
  });
});
