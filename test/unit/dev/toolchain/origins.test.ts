import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { OwnProject } from "./own-project.ts";

const fakes = {
  go: `[ "$1" = version ] && echo "go version go99.0.0 linux/amd64" && exit
while [ "$1" != -o ]; do shift; done
printf '#!/bin/sh\\necho built' >"$2" && chmod +x "$2"`,
  pulumi: `[ "$1" = version ] && echo v99.0.0 && exit
folder=$PULUMI_HOME/plugins/resource-random-v$5
mkdir -p "$folder" && echo released >"$folder/pulumi-resource-random"`,
};

describe("a released program and a built one, in the same place", () => {
  let project: OwnProject;
  let made = "";

  beforeEach(() => {
    project = new OwnProject(fakes);
    made = join(project.root, ".webnet");
  });
  afterEach(() => {
    project.remove();
  });

  const bring = (origin: string, module: string, call: string): Promise<string> =>
    project.run(`const made = await import("./dev/toolchain/${module}"); await made.${call};`, {
      WEBNET_TOOLCHAIN: origin,
    });
  const bringPulumi = (origin: string): Promise<string> =>
    bring(origin, "pulumi-cli.ts", "bringPulumi(() => undefined)");
  const bringPlugin = (origin: string): Promise<string> =>
    bring(origin, "plugins.ts", 'bringPlugin("random", () => undefined)');

  /** The origin of a program, by its text and by the stamp. */
  function originOf(file: string, stamps: { build: string; released: string }): string[] {
    const there = readdirSync(join(made, "stamps"));
    const text = readFileSync(file, "utf8").includes("echo built") ? "build" : "released";
    return [text, ...(["build", "released"] as const).filter((origin) => there.includes(stamps[origin]))];
  }

  it("take turns as WEBNET_TOOLCHAIN says: the CLI", async () => {
    const stamps = { build: "go-pulumi", released: "pulumi-released" };
    for (const origin of ["build", "released", "build"]) {
      await bringPulumi(origin);
      assert.deepEqual(originOf(join(made, "bin", "pulumi"), stamps), [origin, origin]);
    }
  });

  it("take turns as WEBNET_TOOLCHAIN says: a plugin", async () => {
    const stamps = { build: "go-random", released: "plugin-random-released" };
    await bringPulumi("released");
    const plugins = join(made, "pulumi-home", "plugins");
    for (const origin of ["build", "released", "build", "released"]) {
      await bringPlugin(origin);
      const file = join(plugins, readdirSync(plugins)[0] ?? "", "pulumi-resource-random");
      assert.deepEqual(originOf(file, stamps), [origin, origin]);
    }
  });
});
