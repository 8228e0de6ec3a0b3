import type Docker from "dockerode";
import type { Pair } from "../../../certificate/pair.ts";

/** A program outside of the platform: it answers with what it was asked, by http, and by https if it has a certificate. */
const program = `
const answer = (scheme) => (request, response) => {
  const path = request.url;
  if (path.endsWith("/away")) {
    response.writeHead(302, { location: scheme + "://" + request.headers.host + path.replace("/away", "/there") });
    return response.end();
  }
  if (path.endsWith("/events")) {
    response.writeHead(200, { "content-type": "text/event-stream" });
    let left = 3;
    const timer = setInterval(() => { response.write("data: " + left + "\\n\\n"); if (--left === 0) { clearInterval(timer); response.end(); } }, 300);
    return;
  }
  let bytes = 0;
  request.on("data", (chunk) => { bytes += chunk.length; });
  request.on("end", () => {
    response.writeHead(200, { "content-type": "application/json", "set-cookie": "mine=1; Domain=" + request.headers.host.split(":")[0], "cache-control": "no-store" });
    response.end(JSON.stringify({ name: process.env.NAME, scheme, method: request.method, path, bytes, headers: request.headers }));
  });
};
require("http").createServer(answer("http")).listen(9000);
if (process.env.KEY) require("https").createServer({ key: process.env.KEY, cert: process.env.CHAIN }, answer("https")).listen(9443);
process.on("SIGTERM", () => process.exit(0));
`;

/** What a program outside was asked. */
export interface Asked {
  name: string;
  scheme: string;
  method: string;
  path: string;
  bytes: number;
  headers: Record<string, string | undefined>;
}

/** Starts it beside a platform, under a name on its network. Ports: 9000 for http, 9443 for https. */
export async function startOutside(
  docker: Docker,
  {
    network,
    name,
    image,
    labels,
    pair,
  }: {
    network: string;
    name: string;
    /** An image with Node. */
    image: string;
    labels: Record<string, string>;
    pair?: Pair;
  },
): Promise<Docker.Container> {
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: ["node", "-e", program],
    Cmd: [],
    Env: [`NAME=${name}`, ...(pair === undefined ? [] : [`KEY=${pair.key}`, `CHAIN=${pair.chain}`])],
    Labels: labels,
    NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: [name] } } },
    HostConfig: { Memory: 128 * 1024 * 1024 },
  });
  await container.start();
  return container;
}
