import type Docker from "dockerode";
import { containerName } from "../engine/containers.ts";
import { nothingBySix } from "../engine/publish-trial.ts";
import { configPath, setCommand } from "../settings/commands.ts";
import type { Problem } from "../settings/problem.ts";
import { stackOf } from "../workload/labels.ts";

/** A port that the platform is to publish. */
export interface WantedPort {
  path: string[];
  port: number;
  addressPath: string[];
  address: string;
  /** Roles of the stack's containers that may hold the port now: the new container takes it over from them. */
  publishers: readonly string[];
}

/** True if the refusal says that the host lacks the address, or that host or engine lack its family. */
export function lacksAddress(refusal: string): boolean {
  return /cannot assign requested address|address family not supported|EADDRNOTAVAIL|EAFNOSUPPORT/i.test(
    refusal,
  );
}

/** Turns a refusal into a problem of the settings. An unexpected refusal is quoted. */
export function explained(stack: string, wanted: WantedPort, refusal: string): Problem {
  const { address, addressPath, path, port } = wanted;
  if (refusal === nothingBySix) {
    return {
      at: configPath(addressPath),
      got: address,
      what: `${nothingBySix}: its network has none, and its userland-proxy, which would pass it on, is off`,
      allowed: "an address of IPv4, or an engine whose userland-proxy is on, as it is by default",
      fix: [setCommand(stack, addressPath, "0.0.0.0")],
    };
  }
  if (lacksAddress(refusal)) {
    return {
      at: configPath(addressPath),
      got: address,
      what: `the engine's host has no address ${address}${address === "::" ? ": it is without IPv6" : ""}`,
      allowed: "127.0.0.1, 0.0.0.0 or one of the host's own, as `ip address` lists them there",
      fix: [setCommand(stack, addressPath, "<address>")],
    };
  }
  if (/address already in use|EADDRINUSE|port is already allocated/i.test(refusal))
    return takenOnHost(stack, wanted);
  return problem(wanted, `the engine can't publish port ${port} on ${address}: ${refusal}`, [
    setCommand(stack, path, "<port>"),
  ]);
}

/** A program of the host holds the port, not a container of the engine. */
export function takenOnHost(stack: string, wanted: WantedPort): Problem {
  const { address, path, port } = wanted;
  return problem(wanted, `a program of the engine's host holds port ${port} on ${address}`, [
    setCommand(stack, path, "<port>"),
  ]);
}

/** A container holds the port and can't hand it on in this update. */
export function held(stack: string, wanted: WantedPort, container: Docker.ContainerInfo): Problem {
  const name = containerName(container);
  const { path, port, address } = wanted;
  if (stackOf(container) !== stack)
    return problem(wanted, `the container ${name} holds port ${port} on ${address}`, [
      setCommand(stack, path, "<port>"),
    ]);
  return problem(
    wanted,
    `${name} of this stack holds port ${port} on ${address}, and one update can't give it to another service`,
    byAnotherPort(stack, wanted),
  );
}

/** The host's ports are unknown, and the engine can't try the port while our own container holds it. */
export function unseen(
  stack: string,
  wanted: WantedPort,
  holder: Docker.ContainerInfo,
  why: string,
): Problem {
  const { port, address } = wanted;
  return problem(
    wanted,
    `${containerName(holder)} of this stack holds port ${port} on other addresses than ${address}, and whether a program ` +
      `of the engine's host holds it on a further one can't be seen: ${why}`,
    byAnotherPort(stack, wanted),
  );
}

/** Frees the port for one update, so that the next one can try it. */
function byAnotherPort(stack: string, { path, port }: WantedPort): string[] {
  return [
    setCommand(stack, path, "<port>"),
    `pulumi up --stack ${stack}`,
    setCommand(stack, path, String(port)),
  ];
}

function problem(wanted: WantedPort, what: string, fix: string[]): Problem {
  const allowed = "a port that is free on the engine's host";
  return { at: configPath(wanted.path), got: String(wanted.port), what, allowed, fix };
}
