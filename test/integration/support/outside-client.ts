import { execAlone } from "../../../engine/run.ts";
import type { TestPlatform } from "../../../dev/platform/platform.ts";

/** A range for documentation. The gateway would take a private address for a proxy. */
const subnet = "203.0.113.0/24";
const image = "webnet.local/sample-backend:v1";
const clientSeconds = 60;

/** The request that a client sends, `count` times at once. */
export interface Asked {
  count: number;
  method: "GET" | "POST";
  path: string;
  /** Size of the body in bytes. The second half follows after `pauseSeconds`. Default: no body. */
  bytes?: number;
  pauseSeconds?: number;
}

/** Status and `Retry-After` of one answer. */
export interface Answered {
  status: number;
  retryAfter: string | null;
}

/**
 * Sends requests to the gateway from a public address, which no client on this machine has. The client is a container
 * in its own network, which the edge joins meanwhile.
 */
export async function askedFromOutside(platform: TestPlatform, asked: Asked): Promise<Answered[]> {
  const { docker, name } = platform;
  // Thanks to the label, removing the platform of an interrupted run removes these leftovers too.
  const labels = { "webnet.stack": name };
  const network = await docker.createNetwork({
    Name: `webnet-${name}-outside`,
    IPAM: { Driver: "default", Config: [{ Subnet: subnet }] },
    Labels: labels,
  });
  const edge = `webnet-${name}-edge`;
  try {
    await network.connect({ Container: edge });
    const { NetworkSettings } = await docker.getContainer(edge).inspect();
    const address = NetworkSettings.Networks[`webnet-${name}-outside`]?.IPAddress;
    const printed = await execAlone(
      docker,
      { Image: image, User: "10001:10001", Labels: labels, HostConfig: { NetworkMode: network.id } },
      ["node", "-e", client, JSON.stringify({ ...asked, address })],
      clientSeconds,
    );
    return JSON.parse(printed) as Answered[];
  } finally {
    await network.disconnect({ Container: edge, Force: true }).catch(() => undefined);
    await network.remove();
  }
}

const client = `
const { request } = require("node:http");
const { count, method, path, bytes = 0, pauseSeconds = 0, address } = JSON.parse(process.argv[1]);
const one = (_, at) => new Promise((resolve, reject) => {
  const headers = { host: "localhost", ...(bytes > 0 && { "content-length": bytes }) };
  const asked = request({ host: address, port: 80, method, path: path + at, headers, agent: false });
  asked.once("response", (answer) => {
    answer.resume().once("end", () => {
      resolve({ status: answer.statusCode, retryAfter: answer.headers["retry-after"] ?? null });
    });
  });
  asked.once("error", reject);
  if (bytes === 0) asked.end();
  else {
    asked.write(Buffer.alloc(bytes / 2));
    setTimeout(() => { asked.end(Buffer.alloc(bytes / 2)); }, pauseSeconds * 1000);
  }
});
Promise.all(Array.from({ length: count }, one)).then((answers) => { console.log(JSON.stringify(answers)); });
`;
