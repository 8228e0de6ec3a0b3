import assert from "node:assert/strict";
import { GatewayContainer } from "../../../gateway/gateway.ts";
import { takeOver } from "../../../gateway/take-over.ts";
import { FakeContainer, type Call } from "../support/fake-container.ts";
import { messageOf } from "../../../host/message.ts";

const record = { generation: "abc-blue-00000001", digest: "d", active: "blue-00000001", keptReleases: [] };
const how = {
  serverName: "localhost",
  smoke: { checks: [{ path: "/api/version" }], attempts: 1, timeoutSeconds: 5 },
  guardToken: "Secret0".repeat(6),
};

interface Fake {
  listening: "public" | "quiet";
  /** What its public server answers. Default: 200. */
  status?: number;
  /** Undefined before the first route. */
  active?: string | undefined;
  /** So many questions get no answer in time. Default: 0 */
  silent?: number;
  /** So many questions are cut off by the end of its container. Default: 0 */
  ended?: number;
  /** True if its edge has left its network. Default: false. */
  isInDeadNetwork?: boolean;
}

/** A gateway that adds its commands to `told`, which all gateways share. */
function fake(
  name: string,
  told: string[],
  { listening, status = 200, active, silent = 0, ended = 0, isInDeadNetwork = false }: Fake,
) {
  let asked = 0;
  const answer = ({ argv, stdin }: Call) => {
    const script = argv.join(" ");
    if (script.includes("nginx -s reload")) {
      const wanted = /quiet\.conf/.test(script) ? "quiet" : "public";
      told.push(`${name} ${wanted}`);
      return {};
    }
    if (script.includes("/.webnet/listening")) {
      asked += 1;
      if (asked <= silent) return { exitCode: 28 };
      return asked <= ended ? { exitCode: 137 } : { stdout: `${listening}\n` };
    }
    if (script.includes("/proc/self/ns/net")) return { exitCode: isInDeadNetwork ? 0 : 1 };
    if (stdin !== "") {
      told.push(`${name} asked`);
      const [mark] = /[0-9a-f]{24}/.exec(script) ?? [""];
      return { stderr: `${mark} ${status} 0.01 =blue-00000001 \n`, stdout: `${mark}\n` };
    }
    return { stdout: JSON.stringify({ ...record, active }) };
  };
  return new GatewayContainer(new FakeContainer(answer).container);
}

async function take(wanted: Fake, ...others: Fake[]): Promise<string[]> {
  const told: string[] = [];
  const running = others.map((other, at) => ({
    gateway: fake(`old${at}`, told, other),
    id: `old${at}`,
    image: "",
    network: "container:edge",
  }));
  const serving = { active: "blue-00000001" };
  await takeOver(fake("new", told, { ...serving, ...wanted }), running, how).catch((error: unknown) => {
    told.push(messageOf(error));
  });
  return told;
}

describe("a gateway that takes another's place", () => {
  it("has shown that it serves before it takes connections, and does so before the other one stops", async () => {
    const told = await take({ listening: "quiet" }, { listening: "public" });
    assert.deepEqual(told, ["new asked", "new public", "old0 quiet"]);
  });

  it("takes none while it serves worse than the other one, which goes on", async () => {
    const [asked, compared, reason, ...more] = await take(
      { listening: "quiet", status: 500 },
      { listening: "public" },
    );
    assert.deepEqual([asked, compared, more], ["new asked", "old0 asked", []]);
    assert.match(
      reason ?? "",
      /^the new gateway serves worse than old0, which goes on serving\. .*status 500/,
    );
  });

  it("isn't to blame for a release that fails by the other one as well", async () => {
    const told = await take({ listening: "quiet", status: 500 }, { listening: "public", status: 500 });
    assert.deepEqual(told, ["new asked", "old0 asked", "new public", "old0 quiet"]);
  });

  it("is left as it is where it has the place already", async () => {
    assert.deepEqual(await take({ listening: "public" }), []);
    assert.deepEqual(await take({ listening: "public" }, { listening: "quiet" }), []);
    // As after an update that was killed in between.
    assert.deepEqual(await take({ listening: "public" }, { listening: "public" }), ["old0 quiet"]);
  });

  it("stops one that was silent when it was asked, and one whose start came between", async () => {
    const told = await take({ listening: "quiet" }, { listening: "public", silent: 6 });
    assert.deepEqual(told, ["new asked", "new public", "old0 quiet"]);
    // Its container ended in the middle of the first question.
    const again = await take({ listening: "quiet" }, { listening: "public", ended: 1 });
    assert.deepEqual(again, ["new asked", "new public", "old0 quiet"]);
  });

  it("fails rather than to leave one that nobody can ask", async () => {
    const told = await take({ listening: "quiet" }, { listening: "public", ended: 9 });
    assert.deepEqual(told.slice(0, 2), ["new asked", "new public"]);
    assert.match(told[2] ?? "", /the question for its connections ended with exit code 137/);
  });

  it("is compared with none in a network that its edge has left, and stops none there", async () => {
    const old: Fake = { listening: "public", isInDeadNetwork: true };
    assert.deepEqual(await take({ listening: "quiet" }, old), ["new asked", "new public"]);
    assert.deepEqual(await take({ listening: "quiet", status: 500 }, old), ["new asked", "new public"]);
  });

  it("takes connections at once where nothing was ever served", async () => {
    assert.deepEqual(await take({ listening: "quiet", active: undefined }), ["new public"]);
  });
});
