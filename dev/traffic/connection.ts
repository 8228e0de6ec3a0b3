import * as http from "node:http";
import * as https from "node:https";
import { connect as connectSocket, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

/** Where connections lead. */
export interface Server {
  baseUrl: URL;
  /** The host name to ask for. Default: the one of `baseUrl`. */
  host: string | undefined;
  /** PEM text of the authority that must have issued the server's certificate. Only for https. */
  authority?: string | undefined;
}

/** Makes an agent, which decides whether to keep connections. */
export function agentTo(server: Server, options: http.AgentOptions): http.Agent {
  return isSecure(server) ? new https.Agent({ ...options, ...trust(server) }) : new http.Agent(options);
}

/** As node's own `request`, by http or by https. */
export function requestTo(server: Server, path: string, options: http.RequestOptions): http.ClientRequest {
  return (isSecure(server) ? https : http).request(new URL(path, server.baseUrl), options);
}

/** A connection for HTTP/2. Like browsers' ones, it waits for no acknowledgement, which costs 40 ms in node's own. */
export function http2Socket(server: Server): Socket {
  const { hostname, port } = server.baseUrl;
  if (!isSecure(server)) return connectSocket({ host: hostname, port: Number(port || 80), noDelay: true });
  const socket = connectTls({
    host: hostname,
    port: Number(port || 443),
    ALPNProtocols: ["h2"],
    ...trust(server),
  });
  return socket.setNoDelay(true);
}

/** Whom a client by TLS asks for, and whom it trusts. */
export function trust({ baseUrl, host, authority }: Server): { servername?: string; ca?: string } {
  const name = host ?? baseUrl.hostname;
  return {
    // By the protocol, an address is no name to ask for.
    ...(/^[\d.]+$|^\[/.test(name) ? {} : { servername: name }),
    ...(authority !== undefined && { ca: authority }),
  };
}

function isSecure({ baseUrl }: Server): boolean {
  return baseUrl.protocol === "https:";
}
