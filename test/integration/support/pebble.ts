import { once } from "node:events";
import * as https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import tar from "tar-stream";
import type { Authority } from "../../../dev/platform/authority.ts";
import { localEnvironment } from "../../../dev/toolchain/environment.ts";
import { onBase } from "../../../dev/toolchain/images/catalogue.ts";
import { stackLabel } from "../../../workload/labels.ts";
import { makeDescribed } from "../../../dev/toolchain/images/make-image.ts";

const image = onBase({ suite: "sid", packages: ["pebble"] }, [], {
  reference: "webnet.local/pebble:2.10",
  config: { cmd: ["sh"] },
});
const day = 86_400;
const upWithinSeconds = 20;

/** How Pebble is set up. */
interface PebbleOptions {
  name: string;
  network: string;
  /** Signs the certificate of its directory. */
  authority: Authority;
  /** Address of the DNS server that it asks. Default: one of its own, which leads every name to one address */
  dnsServer?: string;
  /** Keys of the accounts that it binds others to, by their identifiers; it registers nobody else. Default: anybody */
  bindings?: Record<string, string>;
}

/** Pebble's answers to its management interface, as far as the tests use them. */
interface RenewalInfo {
  suggestedWindow: { start: string; end: string };
}

/**
 * A real ACME server, Let's Encrypt's Pebble, in a container on a network, with a DNS server that leads every name to
 * one address. It keeps everything in memory: restarted, it knows no account.
 */
export class Pebble {
  readonly container: Docker.Container;
  readonly #address: string;
  readonly #authority: Authority;

  private constructor(container: Docker.Container, address: string, authority: Authority) {
    this.container = container;
    this.#address = address;
    this.#authority = authority;
  }

  static async start(docker: Docker, options: PebbleOptions): Promise<Pebble> {
    const { name, network, authority, dnsServer } = options;
    const engineHost = process.env["WEBNET_TEST_ENGINE"] ?? localEnvironment()["DOCKER_HOST"] ?? "";
    await makeDescribed(engineHost, image, () => undefined);
    const container = await docker.createContainer({
      name,
      Image: image.reference,
      Cmd: ["sh", "-c", start(dnsServer)],
      // With a DNS server each order is to use it, although the authority may know the names still.
      Env: ["PEBBLE_VA_NOSLEEP=1", ...(dnsServer === undefined ? [] : ["PEBBLE_AUTHZREUSE=0"])],
      // By it the next run finds what an interrupted one left. It is of no stack that a platform could have.
      Labels: { [stackLabel]: `test-pebble-${process.pid}` },
      HostConfig: { NetworkMode: network },
    });
    await container.putArchive(await files(options), { path: "/srv" });
    await container.start();
    const { NetworkSettings } = await container.inspect();
    const pebble = new Pebble(container, NetworkSettings.Networks[network]?.IPAddress ?? "", authority);
    await pebble.#untilUp();
    return pebble;
  }

  /** Where clients in the network begin. */
  static directory(name: string): string {
    return `https://${name}:14000/dir`;
  }

  /** Leads every name to an address. */
  async resolveTo(address: string): Promise<void> {
    const body = JSON.stringify({ ip: address });
    await fetch(`http://${this.#address}:8055/set-default-ipv4`, { method: "POST", body });
  }

  /** The authority at the top of what it issues, as PEM text. */
  async root(): Promise<string> {
    return await this.#manage("GET", "/roots/0");
  }

  /** Makes it say that a certificate should have been renewed by now. */
  async suggestRenewal(chain: string): Promise<void> {
    const info: RenewalInfo = {
      suggestedWindow: {
        start: new Date(Date.now() - 2 * day * 1000).toISOString(),
        end: new Date(Date.now() - day * 1000).toISOString(),
      },
    };
    const [leaf = ""] = /-----BEGIN[^]*?-----END CERTIFICATE-----\n?/.exec(chain) ?? [];
    const body = { certificate: leaf, ariResponse: JSON.stringify(info) };
    await this.#manage("POST", "/set-renewal-info/", JSON.stringify(body));
  }

  /** Makes it forget every account and certificate. */
  async restart(): Promise<void> {
    await this.container.restart({ t: 0 });
    await this.#untilUp();
  }

  async remove(): Promise<void> {
    await this.container.remove({ force: true, v: true });
  }

  async #untilUp(): Promise<void> {
    const deadline = Date.now() + upWithinSeconds * 1000;
    for (;;) {
      try {
        await this.root();
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await sleep(200);
      }
    }
  }

  async #manage(method: string, path: string, body = ""): Promise<string> {
    const asked = https.request({
      ...{ host: this.#address, port: 15_000, servername: "pebble", ca: this.#authority.root },
      ...{ method, path, agent: false, timeout: 5000, headers: { "user-agent": "webnet-test" } },
    });
    asked.end(body);
    const [answer] = (await once(asked, "response")) as [NodeJS.ReadableStream & { statusCode: number }];
    let text = "";
    for await (const chunk of answer) text += String(chunk);
    if (answer.statusCode !== 200) throw new Error(`pebble answers ${answer.statusCode}: ${text}`);
    return text;
  }
}

const start = (dnsServer: string | undefined) =>
  dnsServer === undefined
    ? [
        'pebble-challtestsrv -management :8055 -dnsserver :8053 -http01 "" -https01 "" -tlsalpn01 "" -doh "" -defaultIPv6 "" -defaultIPv4 127.0.0.1 &',
        "exec pebble -config /srv/pebble.json -dnsserver 127.0.0.1:8053",
      ].join("\n")
    : `exec pebble -config /srv/pebble.json -strict -dnsserver ${dnsServer}:53`;

async function files({
  authority,
  name,
  bindings,
  dnsServer,
}: PebbleOptions): Promise<NodeJS.ReadableStream> {
  const { chain, key } = authority.issue({ names: [name, "pebble"] });
  const validity = (days: number) => ({ description: `${days} days`, validityPeriod: days * day });
  const config = {
    pebble: {
      listenAddress: "0.0.0.0:14000",
      managementListenAddress: "0.0.0.0:15000",
      certificate: "/srv/chain.pem",
      privateKey: "/srv/key.pem",
      httpPort: 80,
      tlsPort: 443,
      ocspResponderURL: "",
      externalAccountBindingRequired: bindings !== undefined,
      externalAccountMACKeys: bindings ?? {},
      // Pebble ends an order for a name with fewer labels than a blocked one by a panic.
      domainBlocklist: dnsServer === undefined ? ["blocked.example.com"] : [],
      retryAfter: { authz: 1, order: 1 },
      profiles: { default: validity(90), shortlived: validity(6) },
    },
  };
  const pack = tar.pack();
  pack.entry({ name: "pebble.json" }, JSON.stringify(config));
  pack.entry({ name: "chain.pem" }, chain);
  pack.entry({ name: "key.pem" }, key);
  pack.finalize();
  return await Promise.resolve(pack as unknown as NodeJS.ReadableStream);
}
