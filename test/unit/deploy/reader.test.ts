import assert from "node:assert/strict";
import type Docker from "dockerode";
import { candidate } from "../../../contract/files.ts";
import { Reader, Refused } from "../../../deploy/reader.ts";
import { FakeContainer } from "../support/fake-container.ts";

const options = {
  name: "webnet-prod-prometheus",
  volume: "files",
  directory: "/etc/prometheus",
  onChange: { check: ["promtool", "check", candidate] },
};

/** The container's check ends so; afterwards it has this start. */
async function checked(exitCode: number, startedAfter = "10:00"): Promise<unknown> {
  let started = "10:00";
  const fake = new FakeContainer(() => {
    started = startedAfter;
    return { exitCode, stderr: "line 3: bad" };
  });
  Object.assign(fake.container, {
    inspect: () =>
      Promise.resolve({ State: { Running: true, StartedAt: started }, Mounts: [{ Name: "files" }] }),
  });
  const docker = { getContainer: () => fake.container } as unknown as Docker;
  const reader = await Reader.of(docker, options);
  return await reader?.check("..1-a").catch((error: unknown) => error);
}

describe("a container that is asked for its new files", () => {
  it("takes or refuses them", async () => {
    assert.equal(await checked(0), undefined);
    const refused = await checked(1);
    assert.ok(refused instanceof Refused);
    assert.match(refused.message, /does not take its new files[^]*line 3: bad/);
  });

  it("has refused nothing where the check or the container was ended", async () => {
    for (const ended of [await checked(137), await checked(-1), await checked(1, "10:05")]) {
      assert.ok(ended instanceof Error && !(ended instanceof Refused));
      assert.match(ended.message, /could not check its new files[^]*Run pulumi up again/);
    }
  });
});
