import type Docker from "dockerode";
import { containerName } from "../engine/containers.ts";
import { nothingBySix } from "../engine/publish-trial.ts";
import { configPath, setCommand } from "../settings/commands.ts";
import type { Problem } from "../settings/problem.ts";

/** A port that the platform is to publish. */
export interface WantedPort {
  path: string[];
  port: number;
  addressPath: string[];
  address: string;
  /** Roles of the stack's containers that may hold it now: what is to have it takes it over from them. */
  roles: readonly string[];
}

/** Whether a refusal says that the host or the engine has nothing of an address's family. */
export function lacksAddress(refusal: string): boolean {
  return /cannot assign requested address|address family not supported|EADDRNOTAVAIL|EAFNOSUPPORT/i.test(
    refusal,
  );
}

/** What a refusal means for the settings; one that nobody foresaw is told in its own words. */
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

/** Somebody who is no container of the engine has it. */
export function takenOnHost(stack: string, wanted: WantedPort): Problem {
  const { address, path, port } = wanted;
  return problem(wanted, `a program of the engine's host holds port ${port} on ${address}`, [
    setCommand(stack, path, "<port>"),
  ]);
}

/** A container has it that may not hand it on. */
export function held(stack: string, wanted: WantedPort, container: Docker.ContainerInfo): Problem {
  const name = containerName(container);
  const { path, port, address } = wanted;
  if (container.Labels["webnet.stack"] !== stack)
    return problem(wanted, `the container ${name} holds port ${port} on ${address}`, [
      setCommand(stack, path, "<port>"),
    ]);
  return problem(
    wanted,
    `${name} of this stack holds port ${port} on ${address}, and one update can't give it to another service`,
    byAnotherPort(stack, wanted),
  );
}

/** While our own container holds the port, nobody can try it for what is wanted. */
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

/** Frees the port between two updates, of which the second can try it. */
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
