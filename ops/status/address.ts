import type { Status } from "./facts.ts";

/** Says where clients reach the platform, with the host name: the gateway answers to no other. */
export function addressInWords({ address }: Pick<Status, "address">): string[] {
  if (address === undefined) return [];
  const { url, onHost, name } = address;
  if (url === onHost) return [`URL: ${url}`];
  return [`URL: ${url} (on its host, wherever the name leads: ${onItsHost(onHost, name)})`];
}

/** By TLS the name must be in the handshake too. */
function onItsHost(onHost: string, name: string): string {
  const { protocol, hostname, port } = new URL(onHost);
  if (protocol === "http:") return `curl -H 'Host: ${name}' ${onHost}/`;
  const named = `${name}:${port || 443}`;
  return `curl --resolve ${named}:${hostname} https://${named}/`;
}
