import assert from "node:assert/strict";
import { projectRoot } from "../../../host/project.ts";
import { hostUrl, publicUrl } from "../../../settings/public-url.ts";
import type { Config } from "../settings/support.ts";
import { platformWith } from "../support/platform.ts";
import { notedParts } from "../support/notes.ts";
import type Docker from "dockerode";
import type { Status } from "../../../ops/status/facts.ts";
import { describe as describeStatus, status as command } from "../../../ops/status/status.ts";
import type { Target } from "../../../ops/target.ts";
import { withGatewayFiles } from "../support/gateway-files.ts";

const text = (status: Status): string => describeStatus(status, { stack: "x" });

describe("ops/status", () => {
  it("marks the container that the route points to", () => {
    const shown = text({
      route: "blue-00000001",
      keptReleases: ["green-00000002"],
      containers: [
        {
          name: "webnet-x-backend-blue-00000001",
          release: "blue-00000001",
          state: "Up (healthy)",
          running: true,
        },
        { name: "webnet-x-mysql", release: "", state: "Up (healthy)", running: true },
      ],
    });
    assert.match(shown, /^The gateway routes to blue-00000001\.$/m);
    assert.match(shown, /green-00000002/);
    assert.match(shown, /blue-00000001 {2}Up \(healthy\) {2}← the route$/m);
    assert.match(shown, /mysql +Up \(healthy\)$/m);
  });

  it("tells of a canary, and marks its container", () => {
    const shown = text({
      route: "blue-00000001",
      canary: { release: "green-00000002", percent: 5 },
      keptReleases: [],
      containers: [
        { name: "webnet-x-backend-green-00000002", release: "green-00000002", state: "Up", running: true },
      ],
    });
    assert.match(shown, /^5 % of the clients go to green-00000002\.$/m);
    assert.match(shown, /← the canary$/m);
  });

  it("shows what runs where the gateway says less than it should, and says why", () => {
    const containers = [{ name: "webnet-x-mysql", release: "", state: "Up", running: true }];
    const silent = text({ route: undefined, problem: "no answer", keptReleases: [], containers });
    assert.match(
      silent,
      /^What the gateway routes to isn't known\.\nNot all is known: no answer\.\nContainers:/,
    );
    const damaged = text({
      route: "blue-00000001",
      problem: "cut off",
      keptReleases: [],
      containers,
    });
    assert.match(damaged, /^The gateway routes to blue-00000001\.\nNot all is known: cut off\.$/m);
  });

  it("says where it is reached, and how before its name leads there", () => {
    const of = (changes: Config) => {
      const { settings } = platformWith({ domain: "shop.example.com", ...changes });
      const { domain: name, gateway } = settings;
      const address = { url: publicUrl(settings), onHost: hostUrl(gateway), name };
      return text({ route: "blue-00000001", keptReleases: [], containers: [], address }).split("\n")[1];
    };
    const curl = "curl -H 'Host: shop.example.com' http://";
    const long = "URL: http://shop.example.com (on its host, wherever the name leads: ";
    assert.equal(of({}), `${long}${curl}127.0.0.1/)`);
    assert.equal(of({ "gateway.bindAddress": "192.0.2.7" }), `${long}${curl}192.0.2.7/)`);
    const byTls = { "gateway.tls.certificate": "self-signed" };
    const named = (port: number) =>
      `curl --resolve shop.example.com:${port}:127.0.0.1 https://shop.example.com:${port}/)`;
    assert.equal(of(byTls), `${long.replace("http", "https")}${named(443)}`);
    assert.match(
      of({ ...byTls, "gateway.tls.httpsPort": 8443 }) ?? "",
      new RegExp(`^URL: https://shop.example.com:8443 .*`),
    );
    const local = { "gateway.bindAddress": "127.0.0.1", "gateway.httpPort": 8080 };
    assert.equal(of(local), "URL: http://127.0.0.1:8080");
  });

  it("names tag and age of what serves and what stands by", () => {
    const note = (release: string, backend: string, frontend: string) => ({
      ...{ release, parts: notedParts({ backend, frontend }) },
      published: new Date("2026-11-28T22:15:43Z"),
    });
    const status = {
      route: "blue-00000001",
      keptReleases: [],
      notes: [
        note("blue-00000001", "v2", "v2"),
        note("green-00000002", "v1", "w1"),
        note("green-00000000", "v0", "v0"),
      ],
      containers: ["blue-00000001", "green-00000002"].map((release) => ({
        name: release,
        release,
        state: "Up",
        running: true,
      })),
    };
    assert.deepEqual(text(status).split("\n").slice(0, 4), [
      "The gateway routes to blue-00000001.",
      "  blue serves: v2 (blue-00000001), published 2026-11-28 22:15 UTC",
      "  green stands by: backend v1 with frontend w1 (green-00000002), published 2026-11-28 22:15 UTC",
      "Containers:",
    ]);
    assert.match(
      text({ ...status, canary: { release: "green-00000002", percent: 5 } }),
      /green is the canary: /,
    );
  });

  it("doesn't take a release for a standby whose containers have ended", () => {
    const note = (release: string) => ({
      ...{ release, parts: notedParts({ backend: "v1", frontend: "v1" }) },
      published: new Date("2026-11-28T22:15:43Z"),
    });
    const shown = text({
      route: "blue-00000001",
      keptReleases: [],
      notes: [note("blue-00000001"), note("green-00000002")],
      containers: [{ name: "g", release: "green-00000002", state: "Exited (1)", running: false }],
    });
    assert.match(shown, /blue serves: v1/);
    assert.doesNotMatch(shown, /stands by/);
    assert.match(shown, /^ {2}g {2}Exited \(1\)$/m);
  });

  it("says that the stack config is wrong, and what says where", () => {
    const line = "The stack config is wrong. What is wrong with it: npm run ops -- check pre --stack x";
    const wrong = { keptReleases: [], containers: [], configProblem: "webnet:dmain" };
    assert.deepEqual(
      text({ ...wrong, route: "blue-00000001" })
        .split("\n")
        .slice(0, 2),
      ["The gateway routes to blue-00000001.", line],
    );
    assert.equal(text({ ...wrong, route: undefined }).split("\n")[1], line);
  });

  it("says so where there is no such stack", () => {
    assert.equal(
      text({ route: undefined, keptReleases: [], containers: [] }),
      "There is no x on this engine yet, or it was destroyed: pulumi up --stack x makes it.",
    );
  });
});

/** Runs the command on an engine. */
async function run(docker: Docker, options: { json?: boolean } = {}) {
  const printed: string[] = [];
  const target = {
    stack: "x",
    directory: projectRoot,
    environment: { PULUMI_BACKEND_URL: "file:///nowhere" },
    configText: () => "",
    docker: () => docker,
    settings: () => platformWith().settings,
  };
  const failure = await command
    .run(target as unknown as Target, options, (line) => printed.push(line))
    .then(
      () => undefined,
      (error: unknown) => String(error),
    );
  return { printed: printed.join("\n"), failure };
}

/** An engine with a database, and a gateway where one is given. */
function engineWith(gateway?: () => Promise<unknown>, containers = [mysql]): Docker {
  return {
    listContainers: ({ all = false, filters }: { all?: boolean; filters: { label: string[] } }) =>
      Promise.resolve(
        all ? containers : gateway && filters.label.includes("webnet.role=gateway") ? [{ Id: "g" }] : [],
      ),
    getContainer: () => ({ inspect: gateway }),
  } as unknown as Docker;
}

const mysql = { Names: ["/webnet-x-mysql"], Labels: {}, Status: "Up (healthy)" };

describe("ops status, to a script", () => {
  const release = "blue-00000001";
  const record = JSON.stringify({
    generation: `1-${release}`,
    digest: "d",
    active: release,
    keptReleases: [],
  });
  const files = { serving: `1-${release}`, records: { [`1-${release}`]: record }, notes: {} };

  it("ends well where a release serves", async () => {
    const { printed, failure } = await withGatewayFiles(files, (docker) => run(docker, { json: true }));
    assert.equal(failure, undefined);
    const { serves, route } = JSON.parse(printed) as Record<string, unknown>;
    assert.deepEqual([serves, route], [true, release]);
  });

  it("fails where what gets the traffic has died", async () => {
    const dead = {
      Names: ["/webnet-x-backend-blue-00000001"],
      Labels: { "webnet.release": release },
      State: "exited",
      Status: "Exited (137)",
    };
    const { printed, failure } = await withGatewayFiles(files, (docker) => {
      const listed = docker.listContainers.bind(docker);
      const listContainers = async (options?: Docker.ContainerListOptions) =>
        options?.all === true ? [dead] : await listed(options);
      return run(Object.assign(docker, { listContainers }));
    });
    assert.match(
      printed,
      /^Not all is known: webnet-x-backend-blue-00000001, which gets the traffic, doesn't serve/m,
    );
    assert.match(
      failure ?? "",
      /nobody can be sure that a release of x serves: webnet-x-backend-blue-00000001/,
    );
  });

  it("fails where nothing serves, and says so", async () => {
    const { printed, failure } = await run(engineWith());
    assert.match(printed, /^No release is routed to\.\nURL: .*\nContainers:\n {2}webnet-x-mysql/);
    assert.match(
      failure ?? "",
      /^Error: no release of x serves\. .*recover --stack x, then pulumi up --stack x$/,
    );
    const asJson = await run(engineWith(), { json: true });
    assert.equal((JSON.parse(asJson.printed) as { serves: unknown }).serves, false);
    assert.equal(asJson.failure, failure);
  });

  it("fails where the gateway doesn't answer, with all that is known of it", async () => {
    const docker = engineWith(() => Promise.reject(new Error("it hangs")));
    const { printed, failure } = await run(docker);
    assert.match(
      printed,
      /^What the gateway routes to isn't known\.\nURL: .*\nNot all is known: it hangs\.\n/,
    );
    assert.match(
      failure ?? "",
      /^Error: nobody can be sure that a release of x serves: it hangs\. To bring it back: /,
    );
    const { serves, problem } = JSON.parse((await run(docker, { json: true })).printed) as Record<
      string,
      unknown
    >;
    assert.deepEqual([serves, problem], [false, "it hangs"]);
  });

  it("fails where the gateway's edge doesn't run, whatever the gateway itself says, and counts no foreign copy", async () => {
    const edge = {
      Names: ["/webnet-x-edge"],
      Labels: { "webnet.role": "edge" },
      State: "exited",
      Status: "Exited (137)",
    };
    const copy = { ...edge, Names: ["/debug"], State: "running" };
    const { printed, failure } = await run(engineWith(undefined, [copy, edge, mysql]));
    assert.match(printed, /^What the gateway routes to isn't known\./);
    assert.match(failure ?? "", /webnet-x-edge, which holds the gateway's network, doesn't run/);
    assert.doesNotMatch(printed, /debug/);
  });

  it("fails where nothing of the stack is there, which is so too when all of it is gone", async () => {
    const { printed, failure } = await run(engineWith(undefined, []));
    assert.match(printed, /^There is no x on this engine yet/);
    assert.equal(failure, "Error: no release of x serves: nothing of it is there");
  });
});
