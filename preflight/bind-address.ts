import type Docker from "dockerode";
import { gatewayPorts } from "../deploy/gateway/layout.ts";
import { orMissing } from "../engine/client.ts";
import { automatic, everywhere, everyVersion4 } from "../settings/addresses.ts";
import type { Settings } from "../settings/index.ts";
import { platformLabels } from "../workload/platform.ts";
import { familiesVersion } from "./engine.ts";
import { networkOf, publishing, type Engine } from "./publishing.ts";

/**
 * The settings with an address for the gateway in the place of `auto`: what it publishes already, since another one would
 * be a gap; on a platform that is to be made both families, where the engine and its host can, else IPv4.
 */
export async function withGatewayAddress(engine: Engine): Promise<Settings> {
  const { settings } = engine;
  if (settings.gateway.bindAddress !== automatic) return settings;
  const bindAddress = (await publishedAlready(engine)) ?? (await wanted(engine));
  return { ...settings, gateway: { ...settings.gateway, bindAddress } };
}

async function publishedAlready({ docker, stack, containers }: Engine): Promise<string | undefined> {
  const holders = containers.filter(
    ({ Labels }) =>
      Labels["webnet.stack"] === stack && ["edge", "gateway"].includes(Labels["webnet.role"] ?? ""),
  );
  const inspected = await Promise.all(holders.map(({ Id }) => orMissing(docker.getContainer(Id).inspect())));
  const addresses = inspected.flatMap((found) => {
    const bindings = found?.HostConfig.PortBindings as
      Record<string, { HostIp: string }[]> | null | undefined;
    return (bindings?.[`${gatewayPorts.public}/tcp`] ?? []).map(({ HostIp }) => HostIp);
  });
  return [everywhere, everyVersion4].find((address) => addresses.includes(address));
}

async function wanted(engine: Engine): Promise<string> {
  return (await hasBothFamilies(engine)) ? everywhere : everyVersion4;
}

async function hasBothFamilies(engine: Engine): Promise<boolean> {
  const { docker, settings, stack, containers } = engine;
  const { ServerVersion = "" } = (await docker.info()) as { ServerVersion?: string };
  if (!(Number.parseInt(ServerVersion, 10) >= familiesVersion)) return false;
  // There the engine would hand what comes by IPv6 to the container's own address, where nothing listens.
  if (settings.network.adopt && (await hasVersion6(docker, settings.network.name))) return false;
  const network = networkOf(settings, stack, containers);
  const labels = platformLabels({ stack }, "copy");
  const answer = await publishing(engine, { network, address: everywhere, port: undefined, labels });
  return "outcome" in answer && answer.outcome === "published";
}

async function hasVersion6(docker: Docker, name: string): Promise<boolean> {
  const networks = await docker.listNetworks({ filters: { name: [name] } });
  return networks.some((network) => network.Name === name && network.EnableIPv6);
}
