import assert from "node:assert/strict";
import { inspectImages, neededImages } from "../../../preflight/images.ts";
import { blocks } from "../../../settings/problem.ts";
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

async function look(holdings: Holdings, changes: Config = {}, dryRun = false) {
  const { docker, lookUps } = fakeDocker(holdings);
  const { known, problems, warnings } = await inspectImages(
    docker,
    platformWith(changes).settings,
    "prod",
    dryRun,
  );
  return { known: Object.fromEntries(known), problems: blocks(problems), warnings, lookUps };
}

describe("preflight: the images that are needed", () => {
  it("are the releases' and the platform's", () => {
    const paths = neededImages(platformWith().settings).map(({ path }) => path.join("."));
    assert.deepEqual(paths.slice(0, 4), [
      "colors.blue.backendTag",
      "colors.blue.frontendTag",
      "colors.green.backendTag",
      "colors.green.frontendTag",
    ]);
    assert.equal(paths.length, 10);
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
    const { known, problems, lookUps } = await look({ images: all() }, never);
    const releases = [`${backend}:sha-1`, `${frontend}:sha-1`, `${backend}:sha-2`, `${frontend}:sha-2`];
    const named = [...releases, "nginx:1.30.6"];
    assert.deepEqual(known, Object.fromEntries(named.map((name) => [name, { id: `id of ${name}` }])));
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
           pulumi config set webnet:pullPolicy missing --stack prod
`.trim(),
      `
webnet:images.mysql
  problem: the engine doesn't hold this image, and the pull policy never forbids to fetch it
  got:     mysql:8.4
  allowed: an image that \`docker images\` lists on the engine
  fix:     docker pull mysql:8.4
           pulumi config set webnet:pullPolicy missing --stack prod
`.trim(),
    ]);
  });
});

describe("preflight: images with the pull policy missing", () => {
  it("that are there are taken without a question, and nothing is known of them", async () => {
    assert.deepEqual(await look({ images: all() }), { known: {}, problems: [], warnings: [], lookUps: [] });
  });

  it("that are not there must be in the registry", async () => {
    const images = allBut(`${frontend}:sha-1`, "nginx:1.30.6");
    const registry = (name: string) => (name.startsWith("nginx") ? 401 : 404);
    const { problems, lookUps } = await look({ images, registry });
    assert.equal(lookUps.length, 2);
    assert.deepEqual(problems.sort(), [
      `
webnet:colors.blue.frontendTag
  problem: the registry doesn't give this image: manifest unknown
  got:     ghcr.io/example/web-frontend:sha-1
  allowed: a tag that the registry has, and credentials that may read it
  fix:     pulumi config set --path 'webnet:colors.blue.frontendTag' <tag> --stack prod
`.trim(),
      `
webnet:images.nginx
  problem: the registry doesn't give this image: manifest unknown
  got:     nginx:1.30.6
  allowed: a tag that the registry has, and credentials that may read it
  fix:     pulumi config set --path 'webnet:images.nginx' <image> --stack prod
`.trim(),
    ]);
  });

  const rest = allBut(`${backend}:sha-1`, `${backend}:sha-2`);

  it("and in no registry that can be reached end an update", async () => {
    const { problems } = await look({ images: rest });
    assert.deepEqual(problems, [
      `
webnet:pullPolicy
  problem: the engine can't reach the registry of: ${backend}:sha-1, ${backend}:sha-2
  got:     missing
  allowed: a registry that the engine reaches, or images that it holds with the pull policy never
  fix:     docker pull ${backend}:sha-1
           docker pull ${backend}:sha-2
`.trim(),
    ]);
  });

  it("and in no registry that can be reached are a warning in a preview", async () => {
    const { problems, warnings } = await look({ images: rest }, {}, true);
    assert.deepEqual(problems, []);
    assert.deepEqual(warnings, [
      `the engine can't reach the registry of: ${backend}:sha-1, ${backend}:sha-2. The plan takes them as they are named.`,
    ]);
  });

  it("that both colours use are named once", async () => {
    const same = { "colors.green.backendTag": "sha-1" };
    const { problems } = await look({ images: rest }, same);
    assert.equal(problems.join("\n").split(`docker pull ${backend}:sha-1`).length, 2);
  });
});

describe("preflight: images with the pull policy always", () => {
  const always = { pullPolicy: "always" };
  const registry = (name: string) => `digest of ${name}`;

  it("are known by the registry's digests where they are a release's, even if they are there", async () => {
    const { known, lookUps } = await look({ images: all(), registry }, always);
    assert.equal(lookUps.length, 4);
    assert.deepEqual(known[`${backend}:sha-1`], { digest: `digest of ${backend}:sha-1` });
    assert.equal(Object.keys(known).length, 4);
  });

  it("are asked for with the password, at its registry alone", async () => {
    const login = { registry: { address: "ghcr.io", username: "deployer" }, registryPassword: "hunter2" };
    const { lookUps } = await look({ registry }, { ...always, ...login });
    assert.equal(lookUps.length, 10);
    const authconfig = {
      address: "ghcr.io",
      username: "deployer",
      serveraddress: "ghcr.io",
      password: "hunter2",
    };
    for (const { reference, authconfig: given } of lookUps)
      assert.deepEqual(given, String(reference).startsWith("ghcr.io/") ? authconfig : undefined);
  });
});
