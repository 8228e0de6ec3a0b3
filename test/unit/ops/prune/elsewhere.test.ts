import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import { imagesElsewhere } from "../../../../ops/prune/elsewhere.ts";
import { putPrograms } from "../../support/fake-programs.ts";
import { takeInventory } from "../../../../ops/prune/inventory.ts";
import { Target } from "../../../../ops/target.ts";
import { noteFolder } from "../../../../release/note.ts";
import { frame } from "../../support/fake-container.ts";
import { withGatewayFiles } from "../../support/gateway-files.ts";
import { platformWith } from "../../support/platform.ts";

const prod = new Target("prod", "/nowhere", {});

const note = (release: string, tag: string): string =>
  JSON.stringify({
    release,
    backendTag: tag,
    frontendTag: tag,
    backendImage: `backend:${tag}`,
    frontendImage: `frontend:${tag}`,
    frontendImageId: `sha256:${tag}`,
    published: "2026-01-01T00:00:00.000Z",
  });

describe("ops/prune, of other stacks on the same engine", () => {
  let root: string;
  /** The volumes that containers mounted, and whether read-only. */
  let mounted: { Source: string; ReadOnly: boolean }[];

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "webnet-volumes-"));
    mounted = [];
  });

  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  /** Makes a volume with the notes of frontends. No notes: nothing was ever published. */
  function volume(name: string, notes?: Record<string, string>): void {
    mkdirSync(join(root, name));
    if (notes === undefined) return;
    mkdirSync(join(root, name, noteFolder));
    for (const [release, text] of Object.entries(notes))
      writeFileSync(join(root, name, noteFolder, `${release}.json`), text);
  }

  /** An engine with these volumes, each of a stack. It really runs its containers' commands. */
  function engine(
    stacks: Record<string, string>,
    whenMade: (name: string) => void = () => undefined,
  ): Docker {
    return {
      listVolumes: ({ filters }: { filters: { label: string[] } }) => {
        assert.deepEqual(filters.label, ["webnet.role=frontends"]);
        const Volumes = Object.entries(stacks).map(([Name, stack]) => ({
          Name,
          Labels: { "webnet.role": "frontends", "webnet.stack": stack },
        }));
        return Promise.resolve({ Volumes: Volumes.length > 0 ? Volumes : null });
      },
      getVolume: (name: string) => ({
        inspect: () =>
          spawnSync("test", ["-d", join(root, name)]).status === 0
            ? Promise.resolve({})
            : Promise.reject(Object.assign(new Error("no such volume"), { statusCode: 404 })),
      }),
      createContainer: ({ Entrypoint, Cmd, Labels, HostConfig }: Docker.ContainerCreateOptions) => {
        const [mount] = HostConfig?.Mounts ?? [];
        assert.ok(mount !== undefined && mount.ReadOnly !== undefined);
        assert.deepEqual(Labels, { "webnet.stack": "prod", "webnet.role": "copy" });
        mounted.push({ Source: mount.Source, ReadOnly: mount.ReadOnly });
        whenMade(mount.Source);
        const cwd = join(root, mount.Source);
        const { status, stdout, stderr } = spawnSync(Entrypoint?.[0] ?? "", Cmd ?? [], { cwd });
        const raw = status === null ? [] : [frame(1, stdout), frame(2, stderr)];
        return Promise.resolve({
          attach: () => Promise.resolve([Buffer.concat(raw)]),
          start: () => Promise.resolve(),
          wait: () => Promise.resolve({ StatusCode: status ?? 1 }),
          remove: () => Promise.resolve(),
        });
      },
    } as unknown as Docker;
  }

  const stacks = { "webnet-prod-frontends": "prod", "webnet-other-frontends": "other" };

  it("finds the images of all their releases, and reads no more than that", async () => {
    volume("webnet-prod-frontends", { "blue-00000001": note("blue-00000001", "v1") });
    volume("webnet-other-frontends", {
      "blue-00000002": note("blue-00000002", "v2"),
      "green-00000003": note("green-00000003", "v3"),
    });
    const found = await imagesElsewhere(engine(stacks), prod, "nginx");
    assert.deepEqual([...found.references].sort(), [
      "backend:v2",
      "backend:v3",
      "frontend:v2",
      "frontend:v3",
    ]);
    assert.deepEqual([...found.ids].sort(), ["sha256:v2", "sha256:v3"]);
    assert.deepEqual(found.unknown, []);
    assert.ok(mounted.every(({ Source, ReadOnly }) => Source === "webnet-other-frontends" && ReadOnly));
  });

  it("knows of none where there is no other stack, or one that has published nothing", async () => {
    const none = { references: [], ids: [], unknown: [] };
    assert.deepEqual(await imagesElsewhere(engine({}), prod, "nginx"), none);
    volume("webnet-other-frontends");
    assert.deepEqual(await imagesElsewhere(engine(stacks), prod, "nginx"), none);
  });

  it("says which note of which stack can't be read", async () => {
    volume("webnet-other-frontends", {
      "blue-00000002": note("blue-00000002", "v2").slice(0, 40),
      "green-00000003": note("green-00000003", "v3"),
    });
    const { references, unknown } = await imagesElsewhere(engine(stacks), prod, "nginx");
    assert.ok(references.includes("frontend:v3"));
    assert.equal(unknown.length, 1);
    assert.match(unknown[0] ?? "", /^the stack other may need it, whose note of blue-00000002 can't be read/);
  });

  it("doesn't take a folder that can't be listed for an empty one", async () => {
    volume("webnet-other-frontends");
    putPrograms(join(root, "webnet-other-frontends"), { ls: "echo 'ls: I/O error' >&2\nexit 2" });
    mkdirSync(join(root, "webnet-other-frontends", noteFolder));
    const path = process.env["PATH"] ?? "";
    process.env["PATH"] = `${join(root, "webnet-other-frontends")}:${path}`;
    try {
      const { unknown } = await imagesElsewhere(engine(stacks), prod, "nginx");
      assert.equal(unknown.length, 1);
      assert.match(
        unknown[0] ?? "",
        /^the stack other may need it, whose releases' notes can't be read: .*I\/O error/,
      );
    } finally {
      process.env["PATH"] = path;
    }
  });

  it("needs nothing for a stack that is destroyed meanwhile, and doesn't make its volume anew", async () => {
    assert.deepEqual((await imagesElsewhere(engine(stacks), prod, "nginx")).unknown, []);
    assert.deepEqual(mounted, []);
    volume("webnet-other-frontends");
    const gone = engine(stacks, (name) => {
      rmSync(join(root, name), { recursive: true });
    });
    assert.deepEqual((await imagesElsewhere(gone, prod, "nginx")).unknown, []);
  });

  it("are part of the inventory that a prune goes by", async () => {
    volume("webnet-other-frontends", { "blue-00000002": note("blue-00000002", "v2") });
    const generation = "1abc-blue-00000001";
    const record = { generation, digest: "d", active: "blue-00000001", keptReleases: [] };
    const files = { serving: generation, records: { [generation]: JSON.stringify(record) }, notes: {} };
    await withGatewayFiles(files, async (gateways) => {
      const docker = Object.assign(Object.create(gateways) as Docker, engine(stacks), {
        listImages: () => Promise.resolve([]),
        listContainers: (options: Docker.ContainerListOptions) =>
          options.filters === undefined ? Promise.resolve([]) : gateways.listContainers(options),
      });
      const target = Object.assign(new Target("prod", root, {}), {
        docker: () => docker,
        settings: () => platformWith().settings,
        pulumi: () =>
          Promise.resolve({
            exitCode: 0,
            stderr: "",
            stdout: JSON.stringify({ version: 3, deployment: {} }),
          }),
      });
      const { referencesInUse, imagesInUse, unknownElsewhere } = await takeInventory(target);
      assert.ok(referencesInUse.has("frontend:v2") && referencesInUse.has("backend:v2"));
      assert.ok(imagesInUse.has("sha256:v2"));
      assert.deepEqual(unknownElsewhere, []);
    });
  });
});
