import assert from "node:assert/strict";
import { Readable } from "node:stream";
import type Docker from "dockerode";
import tar from "tar-stream";
import { routeDigest } from "../../../gateway/route-note.ts";
import { findRoute } from "../../../preflight/found-route.ts";
import { knownObjects } from "../../../preflight/known.ts";
import { refusal } from "../support/fake-docker.ts";

/** An engine whose gateway has this note, or that refuses with this status. */
function engine(note: string | number): Docker {
  const getArchive = () => {
    if (typeof note === "number") return Promise.reject(refusal(note, "no"));
    const pack = tar.pack();
    pack.entry({ name: "route.json" }, note);
    pack.finalize();
    return Promise.resolve(Readable.from(pack));
  };
  return { getContainer: () => ({ getArchive }) } as unknown as Docker;
}

const holder = (stack = "prod") =>
  ({
    Id: "1",
    Labels: { "webnet.stack": stack },
    Mounts: [{ Type: "volume", Destination: "/etc/webnet" }],
  }) as unknown as Docker.ContainerInfo;

const recorded = { digest: "d1", repairs: 2 };
const known = () => Promise.resolve({ route: recorded });
const done = '{"digest":"d2","pending":false}';

describe("what the gateway notes of its route", () => {
  it("is read with what the state has of it", async () => {
    assert.deepEqual(await findRoute(engine(done), "prod", [holder()], known), {
      route: { recorded, noted: { digest: "d2", pending: false } },
      warnings: [],
    });
  });

  it("is nothing without a gateway of this stack, or without a note", async () => {
    for (const containers of [[], [holder("other")]])
      assert.deepEqual(await findRoute(engine(done), "prod", containers, known), {
        route: { recorded },
        warnings: [],
      });
    for (const status of [404, 409])
      assert.deepEqual(await findRoute(engine(status), "prod", [holder()], known), {
        route: { recorded },
        warnings: [],
      });
  });

  it("counts as that of a killed step if it is damaged", async () => {
    const { route } = await findRoute(engine("{"), "prod", [holder()], known);
    assert.equal(route.noted?.pending, true);
  });

  it("only warns if it can't be read", async () => {
    const { route, warnings } = await findRoute(engine(500), "prod", [holder()], known);
    assert.deepEqual(route, { recorded });
    assert.match(warnings.join(), /could not read what the gateway notes of its route: .*no/);
  });

  it("is compared with the route of the state", () => {
    const environment = {
      WEBNET_GATEWAY: "g1",
      WEBNET_ACTIVE_RELEASE: "blue-1",
      WEBNET_ROUTE: "{}",
      WEBNET_REPAIRS: "3",
    };
    const resource = { type: "command:local:Command", outputs: { environment } };
    assert.deepEqual(knownObjects([resource]).route, { digest: routeDigest(environment), repairs: 3 });
    assert.equal(knownObjects([]).route, undefined);
  });
});
