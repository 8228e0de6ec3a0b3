import type Docker from "dockerode";
import { gatewayPorts } from "../gateway/layout.ts";
import { orMissing } from "../engine/client.ts";
import { nothingBySix } from "../engine/publish-trial.ts";
import { automatic, everywhere, everyVersion4 } from "../settings/addresses.ts";
import { configPath, setCommand } from "../settings/commands.ts";
import type { Settings } from "../settings/index.ts";
import type { Problem } from "../settings/problem.ts";
import { familiesVersion } from "./engine.ts";
import { lacksAddress } from "./port-problems.ts";
import { networkOf, ofGateway, publishing, type Engine } from "./publishing.ts";
import { copyLabels } from "../workload/labels.ts";

const path = ["gateway", "bindAddress"];

/** The settings with an address in place of `auto`, or the problem that prevents the choice. */
export type GatewayAddress = { settings: Settings; warnings: string[] } | { problem: Problem };

/**
 * Decides what `auto` stands for. A gateway that exists keeps the address it publishes: another one would cause a gap.
 * A new platform gets both families if the engine and its host support them, else IPv4.
 */
export async function withGatewayAddress(engine: Engine): Promise<GatewayAddress> {
  const { settings } = engine;
  if (settings.gateway.bindAddress !== automatic) return { settings, warnings: [] };
  const found = (await publishedAlready(engine)) ?? (await wanted(engine));
  if (typeof found !== "string" && "refusal" in found)
    return { problem: undecided(engine.stack, found.refusal) };
  const [bindAddress, warnings] =
    typeof found === "string" ? [found, []] : [everyVersion4, [untried(engine)]];
  return { settings: { ...settings, gateway: { ...settings.gateway, bindAddress } }, warnings };
}

async function publishedAlready({ docker, stack, containers }: Engine): Promise<string | undefined> {
  const holders = ofGateway(stack, containers);
  const addresses = (await Promise.all(holders.map((holder) => addressesOf(docker, holder)))).flat();
  return [everywhere, everyVersion4].find((address) => addresses.includes(address));
}

/** Of a running container, reads what the engine really publishes: it may have dropped a binding. */
async function addressesOf(docker: Docker, { Id, State, Ports }: Docker.ContainerInfo): Promise<string[]> {
  const internal = gatewayPorts.public;
  if (State === "running")
    return Ports.filter(({ PrivatePort }) => PrivatePort === internal).map(({ IP }) => IP);
  const inspected = await orMissing(docker.getContainer(Id).inspect());
  const bindings = inspected?.HostConfig.PortBindings as
    Record<string, { HostIp: string }[]> | null | undefined;
  return (bindings?.[`${internal}/tcp`] ?? []).map(({ HostIp }) => HostIp);
}

async function wanted(engine: Engine): Promise<string | { refusal: string } | { outcome: "unknown" }> {
  const { docker, settings, stack, containers } = engine;
  const { ServerVersion = "" } = (await docker.info()) as { ServerVersion?: string };
  if (!(Number.parseInt(ServerVersion, 10) >= familiesVersion)) return everyVersion4;
  // The engine would pass IPv6 connections to the container's own IPv6 address, where nothing listens.
  if (await hasVersion6(docker, settings.network.name)) return everyVersion4;
  const network = networkOf(settings, stack, containers);
  const labels = copyLabels({ stack });
  const answer = await publishing(engine, { network, address: everywhere, port: undefined, labels });
  if ("outcome" in answer) return answer.outcome === "published" ? everywhere : { outcome: "unknown" };
  const { refusal } = answer;
  return refusal === nothingBySix || lacksAddress(refusal) ? everyVersion4 : { refusal };
}

async function hasVersion6(docker: Docker, name: string): Promise<boolean> {
  const networks = await docker.listNetworks({ filters: { name: [name] } });
  return networks.some((network) => network.Name === name && network.EnableIPv6);
}

/**
 * A new platform on an engine elsewhere, without an image to try with: no problem, because the first update would then
 * never just work.
 */
function untried({ settings, stack }: Engine): string {
  const { nginx } = settings.images;
  return (
    `whether the engine can publish by IPv6 can't be told before it has the image ${nginx}: ` +
    `${configPath(path)} auto becomes ${everyVersion4}, IPv4 alone, and stays so after the update. ` +
    `For IPv6 too, run \`docker pull ${nginx}\` on the engine before the first update, ` +
    `or \`${setCommand(stack, path, everywhere)}\``
  );
}

/** Taken as "no IPv6", an unclear answer would lock out IPv6 clients for good, without a message. */
function undecided(stack: string, refusal: string): Problem {
  return {
    at: configPath(path),
    got: automatic,
    what: `whether the engine can publish by IPv6 can't be told: ${refusal}`,
    allowed: "auto, on an engine that answers; or :: (both families) or 0.0.0.0 (IPv4)",
    fix: [`pulumi preview --stack ${stack}`],
    or: [[setCommand(stack, path, everyVersion4)]],
  };
}
