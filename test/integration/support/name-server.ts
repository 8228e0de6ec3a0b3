import { randomBytes } from "node:crypto";
import type Docker from "dockerode";
import tar from "tar-stream";
import { localEnvironment } from "../../../dev/toolchain/environment.ts";
import { onBase } from "../../../dev/toolchain/images/catalogue.ts";
import { makeDescribed } from "../../../dev/toolchain/images/make-image.ts";
import { stackLabel } from "../../../workload/labels.ts";

const image = onBase({ suite: "sid", packages: ["knot"] }, [], {
  reference: "webnet.local/knot:3",
  config: { cmd: ["sh"] },
});
const keyName = "webnet-test";

/** A real DNS server for one zone, Knot, in a container on a network. It takes changes (RFC 2136) that its key signs. */
export class NameServer {
  readonly container: Docker.Container;
  readonly address: string;
  /** The secret of its key (TSIG). */
  readonly secret: string;

  private constructor(container: Docker.Container, address: string, secret: string) {
    this.container = container;
    this.address = address;
    this.secret = secret;
  }

  static async start(
    docker: Docker,
    { name, network, zone }: { name: string; network: string; zone: string },
  ): Promise<NameServer> {
    const engineHost = process.env["WEBNET_TEST_ENGINE"] ?? localEnvironment()["DOCKER_HOST"] ?? "";
    await makeDescribed(engineHost, image, () => undefined);
    const container = await docker.createContainer({
      name,
      Image: image.reference,
      Cmd: ["knotd", "-c", "/srv/knot.conf"],
      // By it the next run finds what an interrupted one left. It is of no stack that a platform could have.
      Labels: { [stackLabel]: `test-names-${process.pid}` },
      HostConfig: { NetworkMode: network },
    });
    const secret = randomBytes(32).toString("base64");
    const pack = tar.pack();
    pack.entry({ name: "knot.conf" }, configuration(zone, secret));
    pack.entry({ name: "zone" }, `@ 60 SOA ns.${zone}. ops.${zone}. 1 60 60 600 60\n@ 60 NS ns.${zone}.\n`);
    pack.finalize();
    await container.putArchive(pack as unknown as NodeJS.ReadableStream, { path: "/srv" });
    await container.start();
    const { NetworkSettings } = await container.inspect();
    return new NameServer(container, NetworkSettings.Networks[network]?.IPAddress ?? "", secret);
  }

  /** What certbot's plugin `rfc2136` takes. @param secret Default: the right one */
  credentials(secret = this.secret): string {
    return [
      `dns_rfc2136_server = ${this.address}`,
      `dns_rfc2136_name = ${keyName}.`,
      `dns_rfc2136_secret = ${secret}`,
      "dns_rfc2136_algorithm = HMAC-SHA256",
    ].join("\n");
  }

  async remove(): Promise<void> {
    await this.container.remove({ force: true, v: true });
  }
}

const configuration = (zone: string, secret: string) => `
server:
  listen: 0.0.0.0@53
  rundir: /tmp
database:
  storage: /tmp
log:
  - target: stderr
    any: info
key:
  - id: ${keyName}
    algorithm: hmac-sha256
    secret: ${secret}
acl:
  - id: changes
    key: ${keyName}
    action: update
zone:
  - domain: ${zone}
    storage: /srv
    file: zone
    zonefile-sync: -1
    acl: changes
`;
