import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { inspectImages } from "../../../preflight/images.ts";
import { neededImages } from "../../../preflight/needed-images.ts";
import { identifyRelease } from "../../../release/identity.ts";
import { partOf } from "../../../release/parts.ts";
import type { Color } from "../../../settings/index.ts";
import { blocks } from "../../../settings/problem.ts";
import { monitoringFacts } from "../../../settings/services.ts";
import type { ReleaseIdentities } from "../../../workload/known-images.ts";
import type { Config } from "../settings/support.ts";
import { fakeDocker, type Holdings } from "../support/fake-docker.ts";
import { platformWith } from "../support/platform.ts";

const backend = "ghcr.io/example/web-backend";
const frontend = "ghcr.io/example/web-frontend";

/** Every image that an update needs, held by the engine. */
function all(changes: Config = {}): Record<string, string> {
  const { settings } = platformWith(changes);
  return Object.fromEntries(neededImages(settings).map(({ reference }) => [reference, `id of ${reference}`]));
}

/** All of them but some. */
function allBut(...references: string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(all()).filter(([reference]) => !references.includes(reference)));
}

interface Look extends Holdings {
  /** Ids of the images that the state has, by name. */
  inState?: Record<string, string>;
}

async function look({ inState = {}, ...holdings }: Look, changes: Config = {}, dryRun = false) {
  const { docker, lookUps } = fakeDocker({ releases: {}, ...holdings });
  const platform = platformWith(changes);
  const { known, problems, warnings } = await inspectImages({
    docker,
    platform,
    dryRun,
    inState: () => Promise.resolve(new Map(Object.entries(inState))),
  });
  const ids = Object.fromEntries(
    (["blue", "green"] as const).map((color) => [
      color,
      identifyRelease({ ...platform, images: known }, color)?.id,
    ]),
  );
  return {
    known: known.releases,
    nginx: known.nginx,
    unneeded: Object.fromEntries(known.unneeded),
    problems: blocks(problems),
    warnings,
    lookUps,
    ids,
  };
}

/** The release that a colour's settings make, and its note. */
function releaseOf(color: Color, changes: Config, identities: ReleaseIdentities = {}, imageId?: string) {
  const identity = identifyRelease(platformWith(changes, { [color]: identities }), color);
  assert.ok(identity);
  const note = {
    release: identity.id,
    parts: identity.parts.map(({ name, tag, image, kind }) => ({
      ...{ name, tag, image },
      ...(kind === "files" && imageId !== undefined && { imageId }),
    })),
    published: "2026-01-01T00:00:00.000Z",
  };
  return { ...identity, note: JSON.stringify(note) };
}

const digest = (name: string) => `sha256:${createHash("sha256").update(name).digest("hex")}`;
const down = () => undefined;
const refuse = (status: number, message: string) => () => ({ status, message });

describe("preflight: the images that are needed", () => {
  it("are the releases' and the platform's", () => {
    const paths = neededImages(platformWith().settings).map(({ path }) => path.join("."));
    assert.deepEqual(paths.slice(0, 4), [
      "colors.blue.backendTag",
      "colors.blue.frontendTag",
      "colors.green.backendTag",
      "colors.green.frontendTag",
    ]);
    const platform = ["nginx", "mysql", ...Object.keys(monitoringFacts)];
    assert.deepEqual(paths.slice(4).sort(), platform.map((name) => `images.${name}`).sort());
    const byAcme = { domain: "www.example.com", "gateway.tls.certificate": "acme" };
    const further = neededImages(platformWith(byAcme).settings).map(({ path }) => path.join("."));
    assert.deepEqual(
      further.filter((path) => !paths.includes(path)),
      ["images.certbot"],
    );
  });

  it("are not those of a standby that is off", () => {
    const needed = neededImages(platformWith({ standby: "off" }).settings);
    assert.deepEqual(
      needed.filter(({ release }) => release).map(({ reference }) => reference),
      [`${backend}:sha-1`, `${frontend}:sha-1`],
    );
  });
});

describe("preflight: images with the pull policy never", () => {
  const never = { pullPolicy: "never" };

  it("are known by the engine's ids where they are a release's, or nginx", async () => {
    const { known, nginx, problems, lookUps } = await look({ images: all() }, never);
    const ids = (tag: string) => ({
      backend: { id: `id of ${backend}:${tag}` },
      frontend: { id: `id of ${frontend}:${tag}` },
    });
    assert.deepEqual(known, { blue: ids("sha-1"), green: ids("sha-2") });
    assert.deepEqual(nginx, { id: "id of nginx:1.30.6" });
    assert.deepEqual([problems, lookUps], [[], []]);
  });

  it("must be there, each of them", async () => {
    const images = allBut(`${backend}:sha-2`, "mysql:8.4");
    const { problems } = await look({ images }, never);
    assert.deepEqual(problems.sort(), [
      `
webnet:colors.green.backendTag
  problem: the engine doesn't hold this image, and the pull policy never forbids to fetch it
  got:     ghcr.io/example/web-backend:sha-2
  allowed: an image that \`docker images\` lists on the engine
  fix:     docker pull ghcr.io/example/web-backend:sha-2
  or:      pulumi config set webnet:pullPolicy missing --stack prod
`.trim(),
      `
webnet:images.mysql
  problem: the engine doesn't hold this image, and the pull policy never forbids to fetch it
  got:     mysql:8.4
  allowed: an image that \`docker images\` lists on the engine
  fix:     docker pull mysql:8.4
  or:      pulumi config set webnet:pullPolicy missing --stack prod
`.trim(),
    ]);
  });

  it("are named by another tag alone where they are in no registry", async () => {
    const local = { ...never, imageCatalogue: "local", "images.backend": "webnet.local/sample-backend" };
    const { problems } = await look({ images: {} }, local);
    const [found] = problems.filter((text) => text.startsWith("webnet:colors.green.backendTag"));
    assert.equal(
      found,
      `
webnet:colors.green.backendTag
  problem: the engine doesn't hold this image, and it is in no registry
  got:     webnet.local/sample-backend:sha-2
  allowed: an image that \`docker images\` lists on the engine, as \`npm run setup\` makes them
  fix:     pulumi config set --path 'webnet:colors.green.backendTag' <tag> --stack prod
`.trim(),
    );
  });
});

describe("preflight: images with the pull policy missing", () => {
  it("that are there are taken without a question, and nothing is known of them", async () => {
    const { problems, warnings, lookUps, known } = await look({ images: all() });
    assert.deepEqual([problems, warnings, lookUps, known], [[], [], [], { blue: {}, green: {} }]);
  });

  it("that are not there must be in the registry", async () => {
    const images = allBut(`${frontend}:sha-1`, "nginx:1.30.6");
    const registry = (name: string) =>
      name.startsWith("nginx")
        ? { status: 401, message: "unauthorized: authentication required" }
        : { status: 404, message: "manifest unknown: manifest unknown" };
    const { problems, lookUps } = await look({ images, registry });
    assert.equal(lookUps.length, 2);
    assert.deepEqual(problems.sort(), [
      `
webnet:colors.blue.frontendTag
  problem: the registry has no such image: manifest unknown: manifest unknown
  got:     ghcr.io/example/web-frontend:sha-1
  allowed: a tag that the registry has; it may also want a login to show it
  fix:     pulumi config set --path 'webnet:colors.blue.frontendTag' <tag> --stack prod
`.trim(),
      `
webnet:images.nginx
  problem: the registry docker.io gives this image to nobody without a login: unauthorized: authentication required
  got:     nginx:1.30.6
  allowed: an image that the login in the stack config may read; some registries say the same where there is none such
  fix:     pulumi config set --path 'webnet:registry.address' docker.io --stack prod
  then:    pulumi config set --path 'webnet:registry.username' <user> --stack prod
  then:    pulumi config set --secret webnet:registryPassword --stack prod
  or:      pulumi config set --path 'webnet:images.nginx' <image> --stack prod
`.trim(),
    ]);
  });

  it("and can't be asked for are a warning: the pull may go another way", async () => {
    const images = allBut(`${backend}:sha-1`, `${backend}:sha-2`);
    for (const dryRun of [false, true]) {
      const { problems, warnings } = await look({ images }, {}, dryRun);
      assert.deepEqual(problems, []);
      assert.deepEqual(warnings, [
        `the engine can't ask ghcr.io for ${backend}:sha-1 (no route). The update tries to pull it.`,
        `the engine can't ask ghcr.io for ${backend}:sha-2 (no route). The update tries to pull it.`,
      ]);
    }
    const limit = refuse(500, "toomanyrequests: You have reached your pull rate limit");
    const { problems, warnings } = await look({ images, registry: limit });
    assert.deepEqual(problems, []);
    assert.match(warnings[0] ?? "", /^ghcr\.io was asked too often, .*\(toomanyrequests: You have/);
  });

  it("that both colours use are asked for once", async () => {
    const same = { "colors.green.backendTag": "sha-1" };
    const { lookUps, warnings } = await look({ images: allBut(`${backend}:sha-1`) }, same);
    assert.equal(lookUps.length, 1);
    assert.equal(warnings.length, 1);
  });

  describe("and are gone while their releases are there", () => {
    const [blue, green] = [releaseOf("blue", {}), releaseOf("green", {}, {}, "sha256:f")];
    const releases = {
      [blue.id]: { backend: "sha256:b", note: blue.note },
      [green.id]: { backend: "sha256:g", note: green.note },
    };
    const images = allBut(`${frontend}:sha-1`, `${frontend}:sha-2`);

    it("are asked for by nobody, whatever the registry would say", async () => {
      const { problems, warnings, lookUps } = await look({ images, releases });
      assert.deepEqual([problems, warnings, lookUps], [[], [], []]);
    });

    it("are no part of the plan where the state has them no more, and stay one where it has", async () => {
      const unneeded = { [`${frontend}:sha-1`]: `${frontend}:sha-1`, [`${frontend}:sha-2`]: "sha256:f" };
      assert.deepEqual((await look({ images, releases })).unneeded, unneeded);
      const inState = { [`${frontend}:sha-1`]: "sha256:old", [`${frontend}:sha-2`]: "sha256:f" };
      assert.deepEqual((await look({ images, releases, inState })).unneeded, {});
    });

    it("are needed where their part of the release isn't there", async () => {
      const half = { ...releases, [blue.id]: { backend: "sha256:b", note: blue.note, published: false } };
      const registry = refuse(404, "manifest unknown");
      const { problems, lookUps, unneeded } = await look({ images, releases: half, registry });
      assert.equal(lookUps.length, 1);
      assert.match(
        problems.join("\n"),
        /^webnet:colors\.blue\.frontendTag\n {2}problem: the registry has no/,
      );
      assert.deepEqual(Object.keys(unneeded), [`${frontend}:sha-2`]);
    });

    it("are needed where the settings make another release", async () => {
      const registry = refuse(404, "manifest unknown");
      const changes = { "backend.environment": { TZ: "UTC" } };
      const { problems } = await look({ images, releases, registry }, changes);
      assert.equal(problems.length, 2);
    });
  });

  it("of a service are needed only where the engine has lost what the state has of them", async () => {
    const registry = refuse(404, "manifest unknown");
    const images = { ...allBut("mysql:8.4"), "sha256:m": "sha256:m" };
    const inState = { "mysql:8.4": "sha256:m" };
    assert.deepEqual((await look({ images, registry, inState })).problems, []);
    assert.equal((await look({ images: allBut("mysql:8.4"), registry, inState })).problems.length, 1);
    assert.equal((await look({ images, registry })).problems.length, 1);
  });
});

describe("preflight: images with the pull policy always", () => {
  const always = { pullPolicy: "always" };
  const answering =
    (build = "") =>
    (name: string) =>
      digest(name + build);
  const identities = (tag: string, build = "") => ({
    backend: { digest: digest(`${backend}:${tag}${build}`) },
    frontend: { digest: digest(`${frontend}:${tag}${build}`) },
  });
  const [blue, green] = [
    releaseOf("blue", always, identities("sha-1")),
    releaseOf("green", always, identities("sha-2")),
  ];
  const releases = {
    [blue.id]: { backend: "sha256:b", note: blue.note },
    [green.id]: { backend: "sha256:g", note: green.note },
  };
  const running = { blue: blue.id, green: green.id };

  it("are known by the registry's digests where they are a release's, even if they are there", async () => {
    const { known, lookUps, ids } = await look({ images: all(), registry: answering() }, always);
    assert.equal(lookUps.length, 4);
    assert.deepEqual(known, { blue: identities("sha-1"), green: identities("sha-2") });
    assert.deepEqual(ids, running);
  });

  it("are asked for with the login of their own registry alone", async () => {
    const logins = {
      registry: { address: "ghcr.io", username: "deployer" },
      registryPassword: "hunter2",
      registries: [{ address: "docker.io", username: "hub" }],
      registryPasswords: { "docker.io": "hunter3" },
    };
    const { lookUps } = await look({ registry: answering() }, { ...always, ...logins });
    assert.equal(lookUps.length, neededImages(platformWith().settings).length);
    const hub = { username: "hub", password: "hunter3", serveraddress: "https://index.docker.io/v1/" };
    const github = { username: "deployer", password: "hunter2", serveraddress: "ghcr.io" };
    for (const { reference, authconfig } of lookUps)
      assert.deepEqual(authconfig, String(reference).startsWith("ghcr.io/") ? github : hub);
  });

  it("whose tag has moved are a new release", async () => {
    const { ids, problems } = await look({ images: all(), registry: answering("new"), releases }, always);
    assert.deepEqual(problems, []);
    assert.notEqual(ids["blue"], blue.id);
    assert.notEqual(ids["green"], green.id);
  });

  for (const [what, registry, words] of [
    [
      "is down",
      down,
      /^the engine can't ask ghcr\.io for \S+ \(no route\)\. It is taken for what it was in /,
    ],
    ["answers 429", refuse(500, "error parsing HTTP 429 response body"), /was asked too often/],
    ["answers 500", refuse(500, "received unexpected HTTP status: 500"), /the engine can't ask ghcr\.io/],
    ["wants another login", refuse(401, "unauthorized"), /doesn't give \S+ to whom it is asked by/],
    ["has the tag no more", refuse(404, "manifest unknown"), /ghcr\.io has no \S+/],
  ] as const) {
    it(`are the releases that run where the registry ${what}, whether the engine holds them or not`, async () => {
      for (const images of [all(), allBut(`${frontend}:sha-1`, `${frontend}:sha-2`)]) {
        const { ids, problems, warnings } = await look({ images, registry, releases }, always);
        assert.deepEqual(problems, []);
        assert.deepEqual(ids, running);
        assert.equal(warnings.length, 4);
        assert.match(warnings[0] ?? "", words);
      }
    });
  }

  it("of a release whose container is gone are taken by the digest that the engine still holds", async () => {
    const gone = { ...releases, [blue.id]: { note: blue.note } };
    const images = { ...all(), [partOf(blue.parts, "service")?.image ?? ""]: "sha256:b" };
    const { ids, problems } = await look({ images, registry: down, releases: gone }, always);
    assert.deepEqual([ids, problems], [running, []]);
    const without = await look({ images: all(), registry: down, releases: gone }, always);
    assert.match(
      without.problems.join("\n"),
      /webnet:colors\.blue\.backendTag\n {2}problem: the engine can't reach the registry ghcr\.io: no route\n/,
    );
  });

  it("of a new release must be told by the registry: without it, nobody knows which it is", async () => {
    const changes = { ...always, "colors.green.backendTag": "sha-3" };
    const { problems, ids } = await look({ images: all(), registry: down, releases }, changes);
    assert.equal(ids["blue"], blue.id);
    assert.deepEqual(problems, [
      `
webnet:colors.green.backendTag
  problem: the engine can't reach the registry ghcr.io: no route
  got:     ${backend}:sha-3, ${frontend}:sha-2
  allowed: a registry that the engine reaches, or images that it holds with the pull policy missing
  fix:     docker pull ${backend}:sha-3
  then:    docker pull ${frontend}:sha-2
  then:    pulumi config set webnet:pullPolicy missing --stack prod
`.trim(),
    ]);
    const planned = await look({ images: all(), registry: down, releases }, changes, true);
    assert.deepEqual(planned.problems, []);
    assert.match(planned.warnings.join("\n"), /The plan takes it as it is named\./);
  });

  it("of which one's tag has moved, and the other can't be asked for, are not taken for the release that runs", async () => {
    const registry = (name: string) => (name.startsWith(frontend) ? undefined : digest(`${name}new`));
    const { problems, ids } = await look({ images: all(), registry, releases }, always);
    assert.equal(problems.length, 1);
    assert.notEqual(ids["blue"], blue.id);
  });

  it("are not known by a note that can't be read, and the warning names it", async () => {
    const damaged = { ...releases, [blue.id]: { backend: "sha256:b", note: blue.note.slice(0, 30) } };
    const { ids, problems, warnings } = await look(
      { images: all(), registry: down, releases: damaged },
      always,
    );
    assert.equal(ids["green"], green.id);
    assert.equal(problems.length, 1);
    assert.ok(
      warnings.some((line) => line.includes(`the note .releases/${blue.id}.json of a release can't`)),
    );
  });

  describe("that the registry limits", () => {
    const limited = refuse(429, "toomanyrequests: try again");

    it("ask for a login where there is none, and else for patience", async () => {
      const { problems } = await look({ images: all(), registry: limited }, always);
      assert.match(problems[0] ?? "", /problem: the registry ghcr\.io was asked too often: toomanyrequests/);
      assert.match(problems[0] ?? "", /allowed: a login, which has a higher limit/);
      assert.match(problems[0] ?? "", /pulumi config set --secret webnet:registryPassword --stack prod/);
      const login = {
        registry: { address: "docker.io", username: "a" },
        registryPassword: "hunter2",
        registries: [{ address: "ghcr.io", username: "b" }],
        registryPasswords: { "ghcr.io": "hunter3" },
      };
      const known = await look({ images: all(), registry: limited }, { ...always, ...login });
      assert.match(known.problems[0] ?? "", /allowed: to wait until the limit of this login is over/);
      assert.ok(!(known.problems[0] ?? "").includes("config set"));
    });
  });

  it("name the user that the registry refuses, and where its login stands; never the password", async () => {
    const login = {
      registry: { address: "docker.io", username: "a" },
      registryPassword: "hunter2",
      registries: [{ address: "ghcr.io", username: "robot" }],
      registryPasswords: { "ghcr.io": "hunter3" },
    };
    const registry = refuse(500, "denied: robot:hunter3 may not read it");
    const { problems } = await look({ images: all(), registry }, { ...always, ...login });
    assert.match(problems[0] ?? "", /doesn't give this image to robot: denied: robot:\*\*\* may not/);
    assert.match(
      problems[0] ?? "",
      /fix: {5}pulumi config set --path 'webnet:registries\[0\]\.username' <user> --stack prod\n {2}then: {4}pulumi config set --secret --path 'webnet:registryPasswords\["ghcr\.io"\]' --stack prod\n/,
    );
  });
});

describe("preflight: images that a registry refuses", () => {
  it("name the login that the list of registries has, where there is no other", async () => {
    const login = {
      registries: [
        { address: "docker.io", username: "hub" },
        { address: "ghcr.io", username: "robot" },
      ],
      registryPasswords: { "docker.io": "hunter2", "ghcr.io": "hunter3" },
    };
    const registry = refuse(401, "unauthorized");
    const { problems } = await look({ images: allBut(`${backend}:sha-1`), registry }, login);
    assert.match(
      problems[0] ?? "",
      /fix: {5}pulumi config set --path 'webnet:registries\[1\]\.username' <user> --stack prod\n {2}then: {4}pulumi config set --secret --path 'webnet:registryPasswords\["ghcr\.io"\]' --stack prod\n/,
    );
    assert.ok(!problems.join().includes("webnet:registry."));
  });

  for (const tag of ["401", "404", "429"])
    it(`are not refused for the number that is their tag: ${tag}`, async () => {
      const changes = { pullPolicy: "always", "colors.blue.backendTag": tag };
      const named = `${backend}:${tag}`;
      const address = `https://ghcr.io/v2/example/web-backend/manifests/${tag}`;
      for (const why of [
        `Head "${address}": dial tcp: i/o timeout`,
        `failed to resolve ${named}: i/o timeout`,
      ]) {
        const registry = (name: string) => (name === named ? { status: 500, message: why } : digest(name));
        const { problems } = await look({ images: all(changes), registry }, changes);
        assert.match(problems.join("\n"), /problem: the engine can't reach the registry ghcr\.io: /);
      }
      const gone = refuse(500, `Head "${address}": 404 Not Found`);
      const { problems } = await look({ images: {}, registry: gone }, changes);
      assert.match(problems.join("\n"), /problem: the registry has no such image/);
    });
});

describe("preflight: images with the pull policy never that are gone", () => {
  const never = { pullPolicy: "never" };
  const identities = {
    backend: { id: `id of ${backend}:sha-1` },
    frontend: { id: `id of ${frontend}:sha-1` },
  };
  const blue = releaseOf("blue", never, identities, `id of ${frontend}:sha-1`);
  const images = allBut(`${frontend}:sha-1`);

  it("are known by the note of the release that is made of them", async () => {
    const releases = { [blue.id]: { backend: `id of ${backend}:sha-1`, note: blue.note } };
    const { ids, problems, unneeded } = await look({ images, releases }, never);
    assert.equal(ids["blue"], blue.id);
    assert.deepEqual(problems, []);
    assert.deepEqual(unneeded, { [`${frontend}:sha-1`]: `id of ${frontend}:sha-1` });
  });

  it("are missing where its backend was built anew", async () => {
    const releases = { [blue.id]: { backend: `id of ${backend}:sha-1`, note: blue.note } };
    const built = { ...images, [`${backend}:sha-1`]: "another id" };
    const { problems } = await look({ images: built, releases }, never);
    assert.match(
      problems.join("\n"),
      /^webnet:colors\.blue\.frontendTag\n {2}problem: the engine doesn't hold/,
    );
  });
});
