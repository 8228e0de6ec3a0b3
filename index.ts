import "./pulumi/lean-sdk.ts";
import * as pulumi from "@pulumi/pulumi";
import { preflight } from "./preflight/preflight.ts";
import { needsDatabase, type ReleaseIdentity } from "./release/identity.ts";
import { besideSettings } from "./pulumi/beside-settings.ts";
import { readSettings } from "./settings/index.ts";
import { tagsInWords } from "./settings/parts.ts";
import { Application } from "./stacks/application.ts";
import { Gateway } from "./stacks/gateway.ts";
import { Infrastructure } from "./stacks/infrastructure.ts";
import { Monitoring } from "./stacks/monitoring.ts";
import { Network } from "./stacks/network.ts";
import { engineProvider } from "./workload/on-docker/provider.ts";

// Pulumi's SDK reads the stack trace of every promise and maps each frame by a source map. Stripped types move no line,
// so no map is needed. That saves a fifth of a preview's time.
Reflect.deleteProperty(Error, "prepareStackTrace");

const stack = pulumi.getStack();
const settings = readSettings(await besideSettings());
const { platform, existingNetworkId, engineId, sshOptions } = await preflight(settings, stack);
const engine: pulumi.ComponentResourceOptions = {
  providers: { docker: engineProvider(settings, sshOptions) },
};

const network = new Network("network", { platform, engineId, ...existingNetworkId }, engine);
const { networkName } = network;
const infrastructure = new Infrastructure("infrastructure", { platform, network: networkName }, engine);
const application = new Application(
  "application",
  {
    platform,
    network: networkName,
    database: infrastructure.database,
  },
  // Files alone wait for no database.
  { ...engine, ...(needsDatabase(settings) && { dependsOn: infrastructure }) },
);
const gateway = new Gateway(
  "gateway",
  {
    platform,
    network: networkName,
    frontendVolume: application.frontendVolume,
    servingVolume: application.servingVolume,
    active: application.active,
    standby: application.standby,
    releases: application,
  },
  engine,
);
const monitoring = new Monitoring(
  "monitoring",
  { platform, network: networkName, database: infrastructure.database },
  // Monitoring is optional: its failure must not keep the rest from being updated.
  { ...engine, dependsOn: gateway },
);

export const url = gateway.url;
export const lookUrl = gateway.lookUrl;
export const activeColor = settings.activeColor;
export const serves = inWords(application.active);
export const standsBy = application.standby && inWords(application.standby);
export const release = application.active.id;
export const standbyRelease = application.standby?.id;
export const gatewayContainer = gateway.container;
export const guardToken = pulumi.secret(gateway.guardToken);
export const prometheusUrl = monitoring.prometheusUrl;

/** A release as an operator calls it: its colour and its tags. */
function inWords({ color, parts }: ReleaseIdentity): string {
  return `${color} ${tagsInWords(parts)}`;
}
