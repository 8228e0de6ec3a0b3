import assert from "node:assert/strict";
import { routeScript, type Route } from "../../../contract/gateway.ts";
import { digestTold } from "../../../render/nginx/told.ts";
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import type Docker from "dockerode";
import { z } from "zod";
import { GatewayContainer } from "../../../gateway/gateway.ts";
import { liveGateway } from "../../../gateway/live.ts";
import { parseRecord } from "../../../gateway/record.ts";
import { keepSecretText, keepSecrets, withoutSecrets } from "../../../deploy/secrets.ts";
import { mustExec } from "../../../engine/exec.ts";
import { execInVolume } from "../../../engine/run.ts";
import { readPlan } from "../../../ops/deploy/preview.ts";
import { releaseNotes } from "../../../ops/release-notes.ts";
import { parseState } from "../../../pulumi/state.ts";
import { readStackFile } from "../../../ops/stack-config.ts";
import { readJson } from "../../../settings/json.ts";
import { FakeContainer, frame, type Answer } from "../support/fake-container.ts";

const secret = "Secret0MarkOfSomeLength";
const generation = "abc-blue-00000001";
const record = JSON.stringify({
  generation,
  digest: "d",
  active: "blue-00000001",
  keptReleases: [],
  guardToken: secret,
});

const projectRoot = dirname(dirname(dirname(import.meta.dirname)));

/** Places where a power cut or a full disk may have cut the record off. */
const cuts = [record.length - 1, record.length - 3, record.indexOf(secret) + 4, record.indexOf(secret) + 20];

/** A failure's message and those of its causes. */
async function failureOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    const causes: unknown[] = [];
    for (let at: unknown = error; at instanceof Error; at = at.cause) causes.push(at.message);
    return causes.join("\n");
  }
  throw new assert.AssertionError({ message: "it was expected to fail" });
}

function assertSilent(text: string, where: string): void {
  for (let at = 0; at + 6 <= secret.length; at += 1)
    assert.ok(!text.includes(secret.slice(at, at + 6)), `${where} shows the secret: ${text}`);
}

const container = (answer: Answer) => new FakeContainer(() => answer).container;

describe("a message never shows what a command printed", () => {
  it("where a command in a container fails", async () => {
    const failing = container({ exitCode: 1, stdout: record, stderr: "cat: no such file" });
    const text = await failureOf(() => mustExec(failing, ["sh", "-ec", "cat *"]));
    assert.match(text, /ended with exit code 1: cat: no such file/);
    assertSilent(text, "mustExec");
  });

  it("where a command in a container of its own fails", async () => {
    const raw = Buffer.concat([frame(1, record), frame(2, "rm: read-only file system")]);
    const docker = {
      createContainer: () =>
        Promise.resolve({
          attach: () => Promise.resolve([raw]),
          start: () => Promise.resolve(),
          wait: () => Promise.resolve({ StatusCode: 1 }),
          remove: () => Promise.resolve(),
        }),
    } as unknown as Docker;
    const target = { image: "i", volume: "v", labels: {} };
    const text = await failureOf(() => execInVolume(docker, target, ["rm", "-rf", "./x"]));
    assert.match(text, /read-only file system/);
    assertSilent(text, "execInVolume");
  });

  for (const cut of cuts) {
    it(`where the gateway's record is cut off after ${cut} characters`, async () => {
      const fake = new FakeContainer(({ argv }) =>
        argv[0] === "curl" ? { stdout: `${generation}\n` } : { stdout: record.slice(0, cut) },
      );
      const text = await failureOf(() => new GatewayContainer(fake.container).servingRecord());
      assert.equal(
        text,
        `the gateway's record of ${generation}, which it serves, can't be read: it is cut off or gone`,
      );
    });
  }

  it("where a record or a note has another form", async () => {
    const other = JSON.stringify({ generation: 1, digest: secret, keptReleases: secret });
    assert.equal(parseRecord(other), undefined);
    const schema = z.object({ digest: z.enum(["a"]), keptReleases: z.array(z.string()) });
    for (const text of [other, record.slice(0, -3), `x${secret}`, "", "[]"])
      assertSilent(await failureOf(() => readJson(schema, text, "the text")), "readJson");
    assert.throws(() => readJson(schema, other, "the text"), {
      message: "the text can't be read: it is not as it should be at digest, keptReleases",
    });
    assert.throws(() => readJson(schema, secret, "the text"), {
      message: "the text can't be read: it is cut off, or no JSON",
    });
  });

  it("where Pulumi prints half of its JSON", async () => {
    assertSilent(await failureOf(() => readPlan(`{"steps": ["${secret}`)), "readPlan");
    assert.equal(parseState(`{"version": 3, "deployment": "${secret}`), undefined);
  });

  it("where a stack's file is no YAML", async () => {
    const text = `config:\n  webnet:registryPassword: ${secret}: x\n  webnet:domain: [\n`;
    const message = await failureOf(() => readStackFile(text, "prod"));
    assert.match(message, /^Pulumi\.prod\.yaml is no YAML: .+ at line 2, column \d+$/);
    assertSilent(message, "readStackFile");
  });

  it("where a step of a deploy can't use its secret input", () => {
    const route: Route = {
      ...digestTold,
      keptReleases: 1,
      canaryPercent: 0,
      smoke: { checks: [{ path: "/" }], attempts: 1, timeoutSeconds: 1 },
      renderer: "r",
    };
    const environment = {
      ...{ WEBNET_IMAGE: "i", WEBNET_VOLUME: "v", WEBNET_STACK: "prod" },
      ...{ WEBNET_GATEWAY: "g", WEBNET_ACTIVE_RELEASE: "blue-00000001" },
      [routeScript.variables.route.name]: routeScript.variables.route.write(route),
    };
    for (const script of ["deploy/files.ts", "deploy/route.ts"]) {
      for (const stdin of [
        `{"guardToken": "${secret}`,
        `[{"content": "${secret}"}]`,
        `"${secret}"`,
        secret,
      ]) {
        const { status, stdout, stderr } = spawnSync(process.execPath, [join(projectRoot, script)], {
          input: stdin,
          env: { ...process.env, ...environment },
          encoding: "utf8",
        });
        assert.equal(status, 1);
        // The script got as far as its secret input.
        assert.match(stderr, /standard input/);
        assertSilent(stdout + stderr, script);
      }
    }
  }).timeout(60_000);

  it("where a program quotes it, as nginx does a line of its configuration", () => {
    keepSecrets({ guardToken: secret });
    const said = `nginx: [emerg] conflicting parameter "${secret}" in guard.conf:7`;
    assert.equal(withoutSecrets(said), 'nginx: [emerg] conflicting parameter "***" in guard.conf:7');
  });

  it("where a secret begins a line, at whatever depth", () => {
    const pem = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG\n\tTabbed0SecretOfALine\n";
    keepSecrets([
      { path: "tls/key.pem", content: pem, more: [[pem.length, null, { deep: "Deep0SecretAtTheEnd" }]] },
    ]);
    const said = "unexpected MIIEvQIBADANBgkqhkiG, Tabbed0SecretOfALine, Deep0SecretAtTheEnd in tls/key.pem";
    assert.equal(withoutSecrets(said), "unexpected ***, ***, *** in tls/key.pem");
  });

  it("where a secret is part of a longer one that was read later", () => {
    keepSecrets(["Part0OfALongerSecret", "Part0OfALongerSecretAndItsRest"]);
    assert.equal(withoutSecrets("near Part0OfALongerSecretAndItsRest"), "near ***");
  });

  it("where a secret of the application's own is short, or has signs of every kind", () => {
    keepSecretText("hunter2!\n  tr0ub4dor & 3\nno\n");
    assert.equal(withoutSecrets('no file "hunter2!" or tr0ub4dor & 3'), 'no file "***" or ***');
  });

  it("where a step fails after it has read its secret input", () => {
    const line = "Line0OfAPrivateKeyFile";
    const files = [{ path: "key", content: `BEGIN\n${line}`, mode: 0o400, uid: 0 }];
    const { status, stderr } = spawnSync(process.execPath, [join(projectRoot, "deploy/files.ts")], {
      input: JSON.stringify(files),
      // The connection's error names the engine's address, which has the secret here.
      env: {
        ...process.env,
        DOCKER_HOST: `unix:///nowhere/${line}`,
        WEBNET_IMAGE: "i",
        WEBNET_VOLUME: "v",
        WEBNET_STACK: "prod",
      },
      encoding: "utf8",
    });
    assert.equal(status, 1);
    assert.match(stderr, /connect ENOENT \/nowhere\/\*\*\*/);
  }).timeout(60_000);
});

describe("a record that can't be read", () => {
  const engine = (text: string): Docker => {
    const { container: fake } = new FakeContainer(({ argv }) => {
      if (argv[2]?.includes("/unrouted") === true) return { exitCode: 1 };
      return argv[0] === "curl" ? { stdout: generation } : { stdout: text };
    });
    const inspected = { State: { Running: true }, Image: "sha256:1", Config: { Labels: {} }, HostConfig: {} };
    const container = Object.assign(fake, { inspect: () => Promise.resolve(inspected) });
    return {
      listContainers: () => Promise.resolve([{ Id: "gateway" }]),
      getContainer: () => container,
    } as unknown as Docker;
  };

  it("is refused where something is deleted that it may refer to", async () => {
    const text = await failureOf(() => liveGateway(engine(record.slice(0, 40)), "gateway"));
    assert.match(text, /can't be read/);
  });

  it("tells its release by its name to everybody else", async () => {
    const live = await liveGateway(engine(record.slice(0, 40)), "gateway", "by name");
    assert.equal(live?.record.active, "blue-00000001");
    assert.match(live.unreadable ?? "", /^the gateway's record of abc-blue-00000001/);
    const whole = await liveGateway(engine(record), "gateway", "by name");
    assert.deepEqual([whole?.record.guardToken, whole?.unreadable], [secret, undefined]);
  });
});

describe("the notes of releases", () => {
  it("are read each by itself: one that is cut off hides no other", async () => {
    const note = (release: string) =>
      JSON.stringify({
        release,
        backendTag: "v1",
        frontendTag: "v1",
        backendImage: "b:v1",
        frontendImage: "f:v1",
        published: "2026-01-01T00:00:00.000Z",
      });
    const texts = {
      "blue-00000001.json": note("blue-00000001").slice(0, 50),
      "blue-00000002.json": `${note("blue-00000002")}\n`,
      "blue-00000003.json": "",
      other: "no note",
    };
    const fake = new FakeContainer(({ argv }) => {
      const mark = /printf '%s %s\\n' (\w+)/.exec(argv[2] ?? "")?.[1] ?? "";
      return {
        stdout: Object.entries(texts)
          .map(([name, text]) => `${mark} ${name}\n${text}\n`)
          .join(""),
      };
    });
    const { notes, unreadable } = await releaseNotes(fake.container);
    assert.deepEqual(
      notes.map(({ release }) => release),
      ["blue-00000002"],
    );
    assert.deepEqual(unreadable, ["blue-00000001", "blue-00000003"]);
  });
});
