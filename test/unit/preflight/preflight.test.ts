import assert from "node:assert/strict";
import { neededImages } from "../../../preflight/needed-images.ts";
import type { Config } from "../settings/support.ts";
import type { EngineState } from "../support/engine.ts";
import { FakeSsh } from "../support/fake-ssh.ts";
import { platformWith } from "../support/platform.ts";
import { ProgramEnded, runAnew } from "../support/program.ts";
import { patience } from "../support/scenarios.ts";

async function ending(changes: Config, engine: EngineState = {}): Promise<ProgramEnded> {
  try {
    await runAnew({ changes, engine });
  } catch (error) {
    assert.ok(error instanceof ProgramEnded);
    return error;
  }
  throw new assert.AssertionError({ message: "the program went on" });
}

describe("preflight", () => {
  it("ends the program with all problems at once, before any resource exists", async () => {
    const { message, registered } = await ending(
      { pullPolicy: "never", standby: "off" },
      { holdsImages: false, networks: [{ Name: "web_project_webnet", Id: "1" }] },
    );
    assert.equal(registered, 0);
    const images = neededImages(platformWith({ standby: "off" }).settings).map(({ path }) => path.join("."));
    const paths = [...images, "network.name"];
    assert.ok(
      message.startsWith(`Stack "prod" has ${paths.length} problems; nothing was touched:\n\nwebnet:`),
      message,
    );
    for (const path of paths) assert.ok(message.includes(`\n\nwebnet:${path}\n`), path);
  }).timeout(patience);

  it("counts a single problem in words", async () => {
    const networks = [{ Name: "web_project_webnet", Id: "1" }];
    const { message } = await ending({}, { networks });
    assert.match(message, /^Stack "prod" has a problem; nothing was touched:\n\nwebnet:network\.name\n/);
  }).timeout(patience);

  it("ends the program when no engine answers, and says which one", async () => {
    const { message, registered } = await ending({ "engine.host": "unix:///nowhere/docker.sock" });
    assert.equal(registered, 0);
    assert.equal(
      message,
      `
Stack "prod" has a problem; nothing was touched:

webnet:engine.host
  problem: the Docker engine doesn't answer: connect ENOENT /nowhere/docker.sock
  got:     unix:///nowhere/docker.sock
  allowed: unix://, tcp:// or ssh:// address of an engine that runs
  fix:     docker -H <host> info
  then:    pulumi config set --path 'webnet:engine.host' <host> --stack prod
`.trim(),
    );
  }).timeout(patience);

  it("ends the program in the same form when the engine fails at a later question", async () => {
    const { message, registered } = await ending({}, { failsAt: "/networks" });
    assert.equal(registered, 0);
    assert.match(message, /^Stack "prod" has a problem; nothing was touched:\n\nwebnet:engine\.host\n/);
    assert.match(message, /problem: the Docker engine refused a question: .*500/);
  }).timeout(patience);

  it("ends the program in the same form when ssh is refused, with its own words", async () => {
    const ssh = new FakeSsh();
    await ssh.start();
    try {
      ssh.behave({ instead: 'echo "Permission denied (publickey)." >&2; exit 255' });
      const { message } = await ending({ "engine.host": "ssh://deploy@host.example" });
      assert.match(message, /^Stack "prod" has a problem; nothing was touched:\n\nwebnet:engine\.host\n/);
      assert.match(message, /doesn't answer: the engine at ssh:\S+ can't be reached: Permission denied/);
    } finally {
      await ssh.end();
    }
  }).timeout(patience);

  it("ends the program before it asks an engine, where a variable leads Pulumi's provider to another one", async () => {
    process.env["DOCKER_CONTEXT"] = "laptop";
    try {
      const { message, registered } = await ending({ "engine.host": "unix:///nowhere/docker.sock" });
      assert.equal(registered, 0);
      assert.equal(
        message,
        `
Stack "prod" has a problem; nothing was touched:

DOCKER_CONTEXT
  problem: Pulumi's provider goes by it, the checks and the scripts of a deploy don't
  allowed: one address for all: webnet:engine.host, or else DOCKER_HOST
  fix:     unset DOCKER_CONTEXT
`.trim(),
      );
    } finally {
      delete process.env["DOCKER_CONTEXT"];
    }
  }).timeout(patience);

  it("comes after the settings, whose problems end the program as well", async () => {
    const { message, registered } = await ending({ "gateway.httpPort": 0 });
    assert.equal(registered, 0);
    assert.match(message, /^The configuration of stack "prod" has a problem:\n\nwebnet:gateway\.httpPort\n/);
  }).timeout(patience);
});
