import { createServer } from "node:net";
import type Docker from "dockerode";
import { containerName } from "../engine/containers.ts";
import { overlap, publishedAddresses } from "../settings/addresses.ts";
import { configPath, setCommand } from "../settings/commands.ts";
import type { Settings } from "../settings/index.ts";
import type { Problem } from "../settings/problem.ts";

interface WantedPort {
  path: string[];
  port: number;
  address: string;
}

/** Every port that the platform publishes on its host. */
export function publishedPorts(settings: Settings): WantedPort[] {
  const { gateway, monitoring, mysql } = settings;
  return [
    { path: ["gateway", "httpPort"], port: gateway.httpPort, address: gateway.bindAddress },
    {
      path: ["monitoring", "prometheusPort"],
      port: monitoring.prometheusPort,
      address: monitoring.bindAddress,
    },
    ...(mysql.port === undefined
      ? []
      : [{ path: ["mysql", "port"], port: mysql.port, address: mysql.bindAddress }]),
  ];
}

/** Finds ports that something else holds: another container, or, where the engine is on this machine, any program. */
export async function inspectPorts(docker: Docker, settings: Settings, stack: string): Promise<Problem[]> {
  const containers = await docker.listContainers();
  const problems: Problem[] = [];
  for (const wanted of publishedPorts(settings)) {
    const holders = containers.filter(({ Ports }) =>
      Ports.some(({ PublicPort, IP }) => PublicPort === wanted.port && isHeld(IP, wanted.address)),
    );
    const foreign = holders.find(({ Labels }) => Labels["webnet.stack"] !== stack);
    if (foreign !== undefined) problems.push(taken(stack, wanted, `the container ${containerName(foreign)}`));
    else if (engineIsHere(settings)) {
      const held = holders.flatMap(({ Ports }) => Ports.map(({ IP }) => IP));
      for (const address of publishedAddresses(wanted.address).filter((own) => !held.includes(own))) {
        const found = await tryPort({ ...wanted, address });
        if (found === "taken") problems.push(taken(stack, { ...wanted, address }, "another program"));
        if (found === "no such address") problems.push(missing(stack, { ...wanted, address }));
      }
    }
  }
  return problems;
}

/** Whether the engine is on this machine, as far as its address says. */
export function engineIsHere(settings: Settings): boolean {
  return (settings.engine.host ?? process.env["DOCKER_HOST"] ?? "unix://").startsWith("unix://");
}

/** One without an address is published on all. */
function isHeld(held: string | undefined, wanted: string): boolean {
  return !held || publishedAddresses(wanted).some((address) => overlap(held, address));
}

type Finding = "free" | "taken" | "no such address";

async function tryPort({ port, address }: WantedPort): Promise<Finding> {
  return await new Promise((resolve) => {
    const server = createServer();
    server.once("error", ({ code }: NodeJS.ErrnoException) => {
      if (code === "EADDRINUSE") resolve("taken");
      else if (code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT") resolve("no such address");
      // A port below 1024 may be closed to this user and open to the engine.
      else resolve("free");
    });
    server.listen({ port, host: address, ipv6Only: true }, () => {
      server.close(() => {
        resolve("free");
      });
    });
  });
}

function missing(stack: string, wanted: WantedPort): Problem {
  const path = [...wanted.path.slice(0, -1), "bindAddress"];
  return {
    at: configPath(path),
    got: wanted.address,
    what: `this host has no address ${wanted.address}${wanted.address === "::" ? ": it is without IPv6" : ""}`,
    allowed: "an address that the engine's host has; 0.0.0.0 is every one of IPv4",
    fix: ["ip -brief address", setCommand(stack, path, "<address>")],
  };
}

function taken(stack: string, wanted: WantedPort, holder: string): Problem {
  return {
    at: configPath(wanted.path),
    got: String(wanted.port),
    what: `${holder} holds port ${wanted.port} on ${wanted.address}`,
    allowed: "a port that is free on the engine's host",
    fix: [setCommand(stack, wanted.path, "<port>")],
  };
}
