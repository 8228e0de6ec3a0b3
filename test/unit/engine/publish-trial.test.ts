import assert from "node:assert/strict";
import type Docker from "dockerode";
import { refusalToPublish } from "../../../engine/publish-trial.ts";
import { refusal } from "../support/fake-docker.ts";

const silence = Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
const full = refusal(500, "no space left on device");
const taken = refusal(500, "port is already allocated");

interface Failures {
  create?: Error;
  start?: Error;
  remove?: Error;
}

const answer = (failure: Error | undefined) =>
  failure === undefined ? Promise.resolve() : Promise.reject(failure);

async function asked({ create, start, remove }: Failures): Promise<string | undefined> {
  const container = { id: "c1", start: () => answer(start), remove: () => answer(remove) };
  const createContainer = () => answer(create).then(() => container);
  return await refusalToPublish({ createContainer } as unknown as Docker, {
    network: "bridge",
    image: "i",
    labels: {},
    address: "0.0.0.0",
    port: 80,
  });
}

describe("the trial of a port", () => {
  it("returns what the engine refuses, at whichever step", async () => {
    assert.equal(await asked({}), undefined);
    assert.equal(await asked({ create: full }), full.message);
    assert.equal(await asked({ start: taken }), taken.message);
  });

  it("takes no silence for a refusal", async () => {
    await assert.rejects(asked({ create: silence }), silence);
    await assert.rejects(asked({ start: silence }), silence);
  });

  it("has the same result where its container can't be removed", async () => {
    const remove = refusal(500, "device busy");
    assert.equal(await asked({ start: taken, remove }), taken.message);
    await assert.rejects(asked({ start: silence, remove }), silence);
    assert.equal(
      await asked({ remove }),
      "the container of the trial can't be removed (device busy): docker rm --force --volumes c1",
    );
    assert.equal(await asked({ remove: refusal(404, "no such container") }), undefined);
  });
});
