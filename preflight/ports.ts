import { createServer } from "node:net";
import type Docker from "dockerode";
import { containerName } from "../engine/containers.ts";
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
      Ports.some(({ PublicPort, IP }) => PublicPort === wanted.port && overlaps(IP, wanted.address)),
    );
    const foreign = holders.find(({ Labels }) => Labels["webnet.stack"] !== stack);
    if (foreign !== undefined) problems.push(taken(stack, wanted, `the container ${containerName(foreign)}`));
    else if (holders.length === 0 && engineIsHere(settings) && !(await canListen(wanted)))
      problems.push(taken(stack, wanted, "another program"));
  }
  return problems;
}

/** Whether the engine is on this machine, as far as its address says. */
export function engineIsHere(settings: Settings): boolean {
  return (settings.engine.host ?? process.env["DOCKER_HOST"] ?? "unix://").startsWith("unix://");
}

function overlaps(held: string | undefined, wanted: string): boolean {
  const everywhere = ["0.0.0.0", "::", "", undefined];
  return everywhere.includes(held) || everywhere.includes(wanted) || held === wanted;
}

async function canListen({ port, address }: WantedPort): Promise<boolean> {
  return await new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      // A port below 1024 may be closed to this user and open to the engine.
      resolve(error.code !== "EADDRINUSE");
    });
    server.listen(port, address, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
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
