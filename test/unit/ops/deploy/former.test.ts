import assert from "node:assert/strict";
import { formerReleases } from "../../../../ops/deploy/former.ts";

const [now, before, canary] = ["blue-00000002", "green-00000001", "green-00000003"];

describe("ops/deploy/former", () => {
  it("goes back to what served everybody, and not to a canary that ended since", () => {
    const live = { active: now, keptReleases: [canary, before] };
    const generations = [{ active: now }, { active: now }, { active: before }, {}];
    assert.equal(formerReleases(live, generations)[0], before);
  });

  it("takes no notice of what was staged and never served", () => {
    const live = { active: now, keptReleases: [before] };
    assert.equal(formerReleases(live, [{ active: canary }, { active: now }, { active: before }])[0], before);
  });

  it("goes by what is kept where the generations are gone, and knows of none where nothing is", () => {
    assert.equal(formerReleases({ active: now, keptReleases: [before] }, [{ active: now }])[0], before);
    assert.equal(formerReleases({ active: now, keptReleases: [] }, [{ active: now }, {}])[0], undefined);
  });
});
