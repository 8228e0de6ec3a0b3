import assert from "node:assert/strict";
import { describeFigures, figureQueries, judge, type Figures } from "../../../../ops/bake/figures.ts";
import { readValue } from "../../../../ops/bake/prometheus.ts";

const thresholds = { minimumRequests: 50, errorRatePercent: 1, p95Factor: 2, p95FloorMilliseconds: 100 };
const usual: Figures = { requests: 1000, errors: 10, p95Seconds: 0.2 };

describe("ops/bake/figures", () => {
  it("asks about one container, over the time that is wanted, without health checks and scrapes", () => {
    const selector = String.raw`instance=~"172\\.18\\.0\\.7:8080",uri!~"(/.*)?/actuator(/.*)?"`;
    assert.deepEqual(figureQueries(["172.18.0.7:8080"], 60), {
      requests: `sum(increase(http_server_requests_seconds_count{${selector}}[60s]))`,
      errors: `sum(increase(http_server_requests_seconds_count{${selector},status=~"5.."}[60s]))`,
      p95Seconds: `histogram_quantile(0.95, sum by (le) (increase(http_server_requests_seconds_bucket{${selector}}[60s])))`,
    });
  });

  it("asks about all containers of a release together", () => {
    const { requests } = figureQueries(["172.18.0.7:8080", "172.18.0.8:8080"], 60);
    assert.match(requests, /instance=~"172\\\\\.18\\\\\.0\\\\\.7:8080\|172\\\\\.18\\\\\.0\\\\\.8:8080"/);
  });

  it("finds nothing wrong with what is as it was", () => {
    assert.deepEqual(judge({ requests: 400, errors: 4, p95Seconds: 0.3 }, usual, thresholds), {
      hasRequests: true,
      unknown: [],
    });
  });

  it("counts failures above those of before", () => {
    const { errors } = judge({ requests: 400, errors: 9, p95Seconds: 0.2 }, usual, thresholds);
    assert.equal(errors, "2.3 % of 400 requests failed (before: 1.0 %, allowed: 1 % more)");
    assert.equal(judge({ requests: 400, errors: 8, p95Seconds: 0.2 }, usual, thresholds).errors, undefined);
  });

  it("takes a platform that nobody knows for one without failures", () => {
    const judgement = judge({ requests: 400, errors: 5, p95Seconds: 9 }, undefined, thresholds);
    assert.match(judgement.errors ?? "", /^1\.3 % of 400/);
    assert.equal(judgement.latency, undefined);
    assert.match(judgement.unknown.join(), /nothing to compare the latency with/);
  });

  it("measures the latency by that of before, and never minds one that is short", () => {
    const slow = judge({ requests: 400, errors: 0, p95Seconds: 0.41 }, usual, thresholds);
    assert.equal(slow.latency, "95 of 100 requests took up to 410 ms (before: 200 ms, allowed: 400 ms)");
    const fast = { ...usual, p95Seconds: 0.003 };
    assert.equal(judge({ requests: 400, errors: 0, p95Seconds: 0.1 }, fast, thresholds).latency, undefined);
  });

  it("says so where there is too little traffic, before or after", () => {
    const few = judge({ requests: 49, errors: 49, p95Seconds: 5 }, usual, thresholds);
    assert.deepEqual(few, {
      hasRequests: false,
      unknown: ["49 requests are too few to judge by, under 50"],
    });
    const quietBefore = judge(
      { requests: 400, errors: 0, p95Seconds: 5 },
      { ...usual, requests: 3 },
      thresholds,
    );
    assert.match(quietBefore.unknown.join(), /under 50 requests before the deploy/);
  });

  it("says so where the backend has no histogram", () => {
    const found = judge({ requests: 400, errors: 0, p95Seconds: undefined }, usual, thresholds);
    assert.equal(found.latency, undefined);
    assert.match(found.unknown.join(), /no histogram http_server_requests_seconds_bucket/);
  });

  it("shows figures in a line", () => {
    assert.equal(describeFigures(usual), "1000 requests, 1.0 % failed, p95 200 ms");
    assert.equal(
      describeFigures({ requests: 0, errors: 0, p95Seconds: undefined }),
      "0 requests, 0.0 % failed, p95 unknown",
    );
  });

  it("takes the number out of Prometheus's answer, if there is one", () => {
    const answer = (result: unknown[]) => ({ status: "success", data: { result } });
    assert.equal(readValue(answer([{ metric: {}, value: [1, "2.5"] }])), 2.5);
    assert.equal(readValue(answer([{ metric: {}, value: [1, "NaN"] }])), undefined);
    assert.equal(readValue(answer([])), undefined);
    assert.throws(() => readValue({ status: "error", error: "bad query" }));
  });
});
