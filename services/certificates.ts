import { createHmac } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { certifiedHosts } from "../certificate/hosts.ts";
import { certificateScript, firstCertificateScript } from "../contract/gateway.ts";
import { certbotFacts } from "../settings/services.ts";
import { scriptCommand } from "../workload/command.ts";
import { digestOf } from "../workload/digest.ts";
import type { VolumeHandle } from "../workload/handles.ts";
import { acmeVolumeName } from "../workload/names.ts";
import { runOnDocker } from "../workload/on-docker/container.ts";
import { Files } from "../workload/on-docker/files.ts";
import { engineImage } from "../workload/on-docker/image.ts";
import { dataVolume, ownVolume } from "../workload/on-docker/volume.ts";
import { writableVolume } from "../workload/on-docker/writable.ts";
import type { Platform } from "../workload/platform.ts";
import {
  certbotFiles,
  certbotProgram,
  certbotSecretFiles,
  certbotSecrets,
  certbotUid,
  certbotWorkload,
  type Acme,
} from "./certbot/certbot.ts";

/** Brings the gateway the certificate that it starts with. None without TLS. */
export function installedCertificate(
  name: string,
  platform: Platform,
  gateway: string,
  options: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const { tls } = platform.settings.gateway;
  if (tls === undefined) return [];
  const { certificate: source, certificateFile, keyFile } = tls;
  const hosts = certifiedHosts(platform.settings);
  const { certificate: digest } = platform;
  return [
    scriptCommand(
      name,
      platform,
      certificateScript,
      { gateway, source, hosts, certificateFile, keyFile, digest },
      // Delete first: otherwise the old command's delete would run last, and remove the keys that serve.
      { ...options, deleteBeforeReplace: true },
    ),
  ];
}

/**
 * The volume by which certbot answers an authority, and offers certificates to the gateway. None without ACME.
 *
 * @param image one that the engine holds, with a shell
 */
export function acmeVolume(
  name: string,
  platform: Platform,
  image: pulumi.Input<string>,
  parent: pulumi.Resource,
): VolumeHandle[] {
  if (platform.settings.gateway.tls?.certificate !== "acme") return [];
  const volume = ownVolume(name, platform, { name: acmeVolumeName(platform.prefix), role: "acme" }, parent);
  return [writableVolume(name, platform, image, volume, parent)];
}

/** What {@link Certbot} needs. */
interface CertbotArgs {
  platform: Platform;
  acme: Acme;
  network: pulumi.Input<string>;
  /** See {@link acmeVolume}. */
  shared: readonly VolumeHandle[];
  /** A secret of this stack's, by which its other secrets can be told apart and not guessed. */
  seal: pulumi.Output<string>;
}

/**
 * Gets certificates by ACME, and waits for the first one. An order that fails, or a certbot that doesn't run, is a warning
 * and no failed gate: what serves needs no new certificate. It comes after the route, by which an authority asks, and so keeps no release from being served.
 */
export class Certbot extends pulumi.ComponentResource {
  constructor(name: string, args: CertbotArgs, options: pulumi.ComponentResourceOptions) {
    super("webnet:services:Certbot", name, {}, options);
    const { platform, acme, network, shared, seal } = args;
    const { settings } = platform;
    const image = engineImage(`${name}-image`, platform, settings.images.certbot, { parent: this });
    const data = dataVolume(
      `${name}-data`,
      platform,
      { role: certbotFacts.data.role, setting: acme.dataVolume },
      this,
    );
    const files = certbotProgram(settings, acme);
    const version = digestOf(files);
    const program = new Files(
      `${name}-program`,
      { platform, purpose: certbotFiles, version, image, uid: certbotUid, files },
      { parent: this },
    );
    const home = writableVolume(`${name}-data`, platform, image, data, this);
    const secrets = certbotSecretFiles(settings);
    const container = runOnDocker(
      `${name}-container`,
      platform,
      certbotWorkload(platform, acme, version),
      {
        image,
        network,
        volumes: [home, program, ...shared, ...this.#secrets(name, platform, image, secrets)],
      },
      { parent: this },
    );
    scriptCommand(
      `${name}-first-certificate`,
      platform,
      firstCertificateScript,
      {
        container: container.name,
        order: orderVersion(version, secrets, seal),
        propagationSeconds: acme.dns?.propagationSeconds,
      },
      { parent: this, dependsOn: container.resource },
    );
    this.registerOutputs({});
  }

  /** The files with its secrets, which certbot reads at each order. */
  #secrets(
    name: string,
    platform: Platform,
    image: pulumi.Input<string>,
    files: Readonly<Record<string, string>>,
  ): VolumeHandle[] {
    if (Object.keys(files).length === 0) return [];
    const secret = Object.entries(files).map(([file, text]) => [file, pulumi.secret(text)] as const);
    return [
      new Files(
        `${name}-secrets`,
        { platform, purpose: certbotSecrets, image, uid: certbotUid, files: Object.fromEntries(secret) },
        { parent: this },
      ),
    ];
  }
}

/**
 * Changes with what is ordered, and with the secrets that it takes: an update then tries an order at once. A plain digest
 * of a secret would confirm a right guess to whoever reads the state; one that is keyed by another secret does not.
 */
function orderVersion(
  version: string,
  secrets: Readonly<Record<string, string>>,
  seal: pulumi.Output<string>,
): pulumi.Input<string> {
  if (Object.keys(secrets).length === 0) return version;
  const digest = (key: string) => createHmac("sha256", key).update(JSON.stringify(secrets)).digest("hex");
  return pulumi.unsecret(seal.apply((key) => `${version}-${digest(key).slice(0, 16)}`));
}
