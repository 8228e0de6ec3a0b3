import assert from "node:assert/strict";
import { privateHost } from "../../../../dev/toolchain/private-paths.ts";
import { takeDown } from "../../../../dev/toolchain/purge.ts";

describe("npm run purge", () => {
  const own = "unix:///var/run/docker.sock";
  const log = console.log;
  let done: string[];
  beforeEach(() => {
    done = [];
    console.log = (line: string) => done.push(line);
  });
  afterEach(() => {
    console.log = log;
  });

  const way = (name: string, error?: string) => (): Promise<void> => {
    done.push(name);
    return error === undefined ? Promise.resolve() : Promise.reject(new Error(error));
  };
  const said = "• the platform could not be taken down in order: no provider";

  it("leaves the removal to Pulumi where it can", async () => {
    await takeDown(own, { down: way("down"), removeRest: way("rest") });
    assert.deepEqual(done, ["down"]);
  });

  it("removes by labels what Pulumi leaves on the user's own engine", async () => {
    await takeDown(own, { down: way("down", "no provider"), removeRest: way("rest") });
    assert.deepEqual(done, ["down", said, "rest"]);
  });

  it("leaves to the end of its folder what the private engine has", async () => {
    for (const host of [privateHost, undefined]) {
      done = [];
      await takeDown(host, { down: way("down", "no provider"), removeRest: way("rest") });
      assert.deepEqual(done, ["down", said]);
    }
  });

  it("ends there, with the state, where the user's engine refuses", async () => {
    const removal = { down: way("down", "no provider"), removeRest: way("rest", "network in use") };
    await assert.rejects(takeDown(own, removal), {
      message:
        `the engine at ${own} did not let go of the platform: network in use\n` +
        ".webnet stays, with Pulumi's state and the passphrase: mend this, then run npm run purge again",
    });
  });
});
