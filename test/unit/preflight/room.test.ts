import assert from "node:assert/strict";
import type Docker from "dockerode";
import { gatewayLabel } from "../../../gateway/live.ts";
import {
  availableMegabytes,
  freeMegabytes,
  inspectRoom,
  leftReleases,
  roomProblems,
} from "../../../preflight/room.ts";
import { parseSettings } from "../../../settings/index.ts";
import { nothingKnown } from "../../../workload/known-images.ts";
import { fakeDocker } from "../support/fake-docker.ts";

const settings = parseSettings(
  {
    domain: "localhost",
    activeColor: "blue",
    imageCatalogue: "local",
    colors: { blue: { backendTag: "v1", frontendTag: "v1" }, green: { backendTag: "v1", frontendTag: "v1" } },
    backend: { limits: { memoryMegabytes: 1000 } },
    engine: { minimumFreeDiskMegabytes: 2000, minimumFreeMemoryMegabytes: 200 },
    gateway: { temporaryMegabytes: 512 },
  },
  "x",
);
const platform = {
  stack: "x",
  prefix: "webnet-x",
  settings,
  images: nothingKnown,
  canMigrateConnections: true,
};
const wide = { memoryTotal: 16_000, memoryAvailable: 8000, diskFree: 50_000 };

const problems = (room: Partial<typeof wide>, newReleases = 1, left = 0) =>
  roomProblems(settings, "x", { newReleases, running: 2 + left, left }, { ...wide, ...room });

describe("preflight/room", () => {
  it("finds room where there is some", () => {
    assert.deepEqual(problems({}), []);
    assert.deepEqual(problems({ memoryAvailable: 1200, diskFree: 2512 }), []);
  });

  it("names the disk's setting, what is free, and what makes room", () => {
    assert.deepEqual(problems({ diskFree: 1999 }), [
      {
        at: "webnet:engine.minimumFreeDiskMegabytes",
        what: "a new release has no room on the engine's disk, where 1999 MB are free",
        got: "2000",
        allowed: "at most what is free there",
        fix: ["npm run ops -- prune --stack x"],
        or: [
          ["docker system df    # shows what takes the room"],
          ["pulumi config set --path 'webnet:engine.minimumFreeDiskMegabytes' <megabytes> --stack x"],
        ],
      },
    ]);
  });

  it("keeps room for what may wait in the gateway beside the reserve", () => {
    assert.deepEqual(problems({ diskFree: 2511 }), [
      {
        at: "webnet:gateway.temporaryMegabytes",
        what: "the engine's disk has no room for what may wait in the gateway: 2511 MB are free, of which 2000 MB must stay so",
        got: "512",
        allowed: "at most 511, or more room; webnet:engine.minimumFreeDiskMegabytes is the reserve",
        fix: ["npm run ops -- prune --stack x"],
        or: [
          [
            "pulumi config set --path 'webnet:gateway.temporaryMegabytes' <megabytes> --stack x",
            "pulumi config set --path 'webnet:gateway.clientMaxBodyMegabytes' <number> --stack x",
          ],
        ],
      },
    ]);
  });

  it("asks for no disk where there is no reserve", () => {
    const unreserved = { ...settings, engine: { ...settings.engine, minimumFreeDiskMegabytes: 0 } };
    const room = { ...wide, diskFree: 3 };
    assert.deepEqual(roomProblems(unreserved, "x", { newReleases: 1, running: 2, left: 0 }, room), []);
  });

  it("counts the limits of all new releases, and the reserve", () => {
    const [problem] = problems({ memoryAvailable: 2199 }, 2);
    assert.equal(problem?.at, "webnet:backend.limits.memoryMegabytes");
    assert.equal(
      problem.what,
      "2 new releases have no room in the memory of the engine's host beside 2 that run: " +
        "2199 MB are available of 16000 MB, 2000 MB may be taken and 200 MB must stay free",
    );
    assert.deepEqual(problems({ memoryAvailable: 2200 }, 2), []);
  });

  it("goes by the whole memory where nothing says what is available", () => {
    const unknown = { memoryAvailable: undefined, diskFree: undefined };
    const room = { ...wide, ...unknown };
    assert.deepEqual(roomProblems(settings, "x", { newReleases: 1, running: 0, left: 0 }, room), []);
    const small = { ...room, memoryTotal: 1100 };
    const [problem] = roomProblems(settings, "x", { newReleases: 1, running: 0, left: 0 }, small);
    assert.match(problem?.what ?? "", /1100 MB are in all/);
  });

  it("reads what a container sees of its host", () => {
    const text = [
      "MemTotal:       24684092 kB",
      "MemAvailable:   21849300 kB",
      "Filesystem           1024-blocks    Used Available Capacity Mounted on",
      "/dev/vda             264212084  34186584  61314680  36% /etc/webnet",
    ].join("\n");
    assert.equal(availableMegabytes(text), 21_337);
    assert.equal(freeMegabytes(text), 59_877);
    assert.equal(availableMegabytes(""), undefined);
    assert.equal(freeMegabytes(""), undefined);
  });

  it("looks at the disk alone where only the gateway is another one", () => {
    const gateway = (room: Partial<typeof wide>) => problems(room, 0).map(({ at, what }) => [at, what]);
    assert.deepEqual(gateway({ memoryAvailable: 1 }), []);
    assert.deepEqual(gateway({ diskFree: 1999 }), [
      [
        "webnet:engine.minimumFreeDiskMegabytes",
        "another gateway has no room on the engine's disk, where 1999 MB are free",
      ],
    ]);
    assert.deepEqual(
      gateway({ diskFree: 2511 }).map(([at]) => at),
      ["webnet:gateway.temporaryMegabytes"],
    );
  });

  it("tells which releases are only there since updates failed, and how they go", () => {
    const there = ["blue-00000001", "green-00000001", "green-00000002", "green-00000003"];
    assert.equal(leftReleases(there.slice(0, 2), ["blue-00000001", "green-00000004"]), 0);
    assert.equal(leftReleases(there.slice(0, 2), ["blue-00000004", "green-00000004"]), 0);
    assert.equal(leftReleases(there, ["blue-00000001", "green-00000004"]), 2);
    assert.equal(leftReleases(there, ["blue-00000001", "green-00000003"]), 2);
    assert.equal(leftReleases(["blue-00000001", "blue-00000002"], ["blue-00000001", "green-00000001"]), 1);
    const [problem] = problems({ memoryAvailable: 1 }, 1, 2);
    assert.match(
      problem?.what ?? "",
      /beside 4 that run: .*stay free\. 2 of those that run are left from updates that failed: put back into the config what serves \(npm run ops -- status --stack x\), and run pulumi up, which deletes them$/,
    );
  });

  it("asks the engine for nothing where neither release nor gateway is new", async () => {
    const releases = ["blue-00000001", "green-00000001"];
    const { docker } = fakeDocker({ containers: [] });
    const labelled = (labels: Record<string, string>): Docker.ContainerInfo =>
      ({ Labels: { "webnet.stack": "x", ...labels } }) as unknown as Docker.ContainerInfo;
    const containers = [
      ...releases.map((release) => labelled({ "webnet.role": "backend", "webnet.release": release })),
      labelled({ "webnet.role": "gateway", [gatewayLabel]: "1a2b3c4d" }),
    ];
    const look = (list: Docker.ContainerInfo[], gateway = "1a2b3c4d") =>
      inspectRoom(docker, platform, { releases, gateway }, list);
    // This engine fails if it is asked.
    assert.deepEqual(await look(containers), []);
    await assert.rejects(look(containers.slice(1)));
    await assert.rejects(look(containers, "other"));
    // A gateway that is gone must come back, however full the disk is.
    assert.deepEqual(await look(containers.slice(0, 2)), []);
  });
});
