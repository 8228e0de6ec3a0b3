import assert from "node:assert/strict";
import type { EngineFacts, FoundContainer } from "../../../ops/recover/engine-facts.ts";
import { parseState, type State } from "../../../pulumi/state.ts";

/** A resource's URN in the stack of these tests. */
export const urn = (type: string, name: string) => `urn:pulumi:prod::webnet::${type}::${name}`;
export const containerType = "docker:index/container:Container";

/** A state with a network, containers by their ids, a route and pending operations. */
export function stateOf(
  change: { active?: string; canary?: string; containers?: string[]; pending?: string[] } = {},
): State {
  const { active = "blue-1", containers = ["id-gateway", "id-blue-1"], pending = [] } = change;
  const state = parseState(
    JSON.stringify({
      version: 3,
      deployment: {
        manifest: { version: "v3" },
        resources: [
          ...containers.map((id) => ({ urn: urn(containerType, id), type: containerType, id })),
          {
            urn: urn("docker:index/network:Network", "net"),
            type: "docker:index/network:Network",
            id: "net",
          },
          {
            urn: urn("command:local:Command", "gateway-route"),
            type: "command:local:Command",
            id: "route",
            inputs: {
              environment: {
                WEBNET_ACTIVE_RELEASE: active,
                WEBNET_STACK: "prod",
                ...(change.canary !== undefined && {
                  WEBNET_STANDBY_RELEASE: change.canary,
                  WEBNET_ROUTE: JSON.stringify({ canaryPercent: 10 }),
                }),
              },
            },
            outputs: { environment: { WEBNET_ACTIVE_RELEASE: active }, stdout: "" },
          },
        ],
        pending_operations: pending.map((name) => ({
          type: "creating",
          resource: { urn: urn(containerType, name), type: containerType },
        })),
      },
    }),
  );
  assert.ok(state !== undefined);
  return state;
}

/** The state's deployment. Fails if there is none. */
export function deploymentOf({ deployment }: State): NonNullable<State["deployment"]> {
  assert.ok(deployment);
  return deployment;
}

/** A gateway that serves. */
export const gateway: FoundContainer = {
  id: "id-gateway",
  name: "webnet-prod-gateway",
  role: "gateway",
  release: "",
  running: true,
  started: true,
  stopped: false,
  idle: false,
  stranded: false,
};

/** A release's container. */
export function release(id: string, running = true): FoundContainer {
  return {
    id: `id-${id}`,
    name: `webnet-prod-backend-${id}`,
    role: "backend",
    release: id,
    running,
    started: true,
    stopped: !running,
    idle: false,
    stranded: false,
  };
}

/** The route that a gateway reports. */
export function routed(active: string, ...canary: string[]) {
  return { kind: "routed" as const, active, serving: [active, ...canary], unrouted: false };
}

/** What the engine has: a gateway that routes to blue, unless changed. */
export function facts(change: Partial<EngineFacts> = {}): EngineFacts {
  return {
    containers: [gateway, release("blue-1")],
    networks: [{ id: "net", name: "webnet", used: true }],
    route: routed("blue-1"),
    ...change,
  };
}

/** The ids of containers. */
export const names = (containers: readonly FoundContainer[]) => containers.map(({ id }) => id);
