import assert from "node:assert/strict";
import { Readable } from "node:stream";
import type Docker from "dockerode";
import { projectRoot } from "../../../../host/project.ts";
import tar from "tar-stream";
import { readPassword } from "../../../../ops/recover/passwords.ts";
import { Target } from "../../../../ops/target.ts";

const target = new Target("prod", projectRoot, {});
const missing = Object.assign(new Error("no such volume"), { statusCode: 404 });

/** An engine whose volumes hold one file each. `undefined`: it has no volume. */
function engine(content: string | undefined): Docker {
  return {
    getVolume: () => ({
      inspect: () => (content === undefined ? Promise.reject(missing) : Promise.resolve({})),
    }),
    listContainers: () => Promise.resolve([]),
    getContainer: () => ({ inspect: () => Promise.reject(missing) }),
    createContainer: () =>
      Promise.resolve({
        getArchive: () => {
          const pack = tar.pack();
          pack.entry({ name: "file" }, content ?? "");
          pack.finalize();
          return Promise.resolve(Readable.from(pack));
        },
        remove: () => Promise.resolve(),
      }),
  } as unknown as Docker;
}

const read = (content: string | undefined, name: string) =>
  readPassword(engine(content), target, "sha256:1", name);

describe("a generated secret", () => {
  it("is read back from the file that the platform's own containers are given", async () => {
    assert.equal(await read("Secret0Mark", "infrastructure-root-password"), "Secret0Mark");
    assert.equal(await read("Secret0Mark\n", "infrastructure-user-password"), "Secret0Mark");
    const client = '[client]\nuser = "monitoring"\npassword = "Secret0Mark"\nhost = "127.0.0.1"\n';
    assert.equal(await read(client, "infrastructure-monitoring-password"), "Secret0Mark");
  });

  it("is none where nothing was ever told of it", async () => {
    assert.equal(await read(undefined, "infrastructure-root-password"), undefined);
    assert.equal(await read(undefined, "gateway-guard-token"), undefined);
  });

  it("that can't be read is an error with the place, and without what was found there", async () => {
    await assert.rejects(read("Secret0Mark and more", "infrastructure-root-password"), {
      message:
        "the secret infrastructure-root-password can't be read back from root-password in the volume " +
        "webnet-prod-mysql-secrets-files: it has no password. It is not in the state, and what recover wrote there before is right " +
        "and stays. Mend that, then: npm run ops -- recover --stack prod",
    });
    await assert.rejects(read("x", "another-password"), {
      message: "nobody knows where the secret another-password is kept",
    });
  });
});
