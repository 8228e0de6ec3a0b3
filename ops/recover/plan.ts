import { recordedRoute } from "./recorded.ts";
import type { EngineFacts, FoundContainer } from "./engine-facts.ts";
import {
  containerType,
  idsOf,
  networkType,
  pendingOperations,
  resourcesOf,
  type State,
} from "../../pulumi/state.ts";
import { roles } from "../../workload/labels.ts";

/** What recover must do so that the next update works. */
export interface RecoveryPlan {
  /** Operations to take out of the state: the engine shows whether they were done. */
  pending: readonly { urn: string; type: string }[];
  /** Set if the gateway routes elsewhere than the state says. */
  route: { recorded: string; found: string } | undefined;
  /** Resources whose container is gone. */
  gone: readonly string[];
  /** Containers to remove: unused ones that neither route nor state knows, and gateways whose edge is gone. */
  remove: readonly FoundContainer[];
  removeNetworks: readonly { id: string; name: string }[];
  /** Containers that serve, or that others need, and that the state doesn't know. */
  adopt: readonly FoundContainer[];
  /** Containers in the state that don't run: stopped by hand, or their address or port was unavailable. */
  start: readonly FoundContainer[];
  /** Containers to leave alone, because the gateway's route is unknown. */
  undecided: readonly FoundContainer[];
  /** True if the gateway's note that its route was given up is left over from an update that failed. */
  staleNote: boolean;
}

/**
 * Decides from the state, the engine and the gateway. It removes a container that the state doesn't know only if the
 * container can't serve: it doesn't run, or the gateway doesn't route to its release. It takes every other running
 * container that the state doesn't know into the state.
 */
export function planOf(state: State, { containers, networks, route }: EngineFacts): RecoveryPlan {
  const known = idsOf(state, containerType);
  const knownNetworks = idsOf(state, networkType);
  // Without stranded ones: the engine never starts those again, and the next update creates new ones.
  const present = new Set(containers.filter(({ stranded }) => !stranded).map(({ id }) => id));
  const isUnknown = ({ id }: FoundContainer): boolean => !known.has(id);
  const unknown = containers.filter(isUnknown);
  const fate = (container: FoundContainer): "remove" | "adopt" | "undecided" => {
    if (container.role === roles.copy || !container.started || container.idle || container.stranded)
      return "remove";
    const serves = container.role === roles.release || container.role === roles.gateway;
    if (serves && route.kind === "unknown") return "undecided";
    if (container.role !== roles.release) return container.running ? "adopt" : "remove";
    if (route.kind === "routed" && route.serving.includes(container.release)) return "adopt";
    return "remove";
  };
  const recorded = recordedRoute(state);
  return {
    pending: pendingOperations(state),
    route:
      route.kind === "routed" && recorded !== undefined && recorded !== routedTo(route)
        ? { recorded, found: routedTo(route) }
        : undefined,
    gone: resourcesOf(state)
      .filter(({ type, id }) => type === containerType && id !== undefined && !present.has(id))
      .map(({ urn }) => urn),
    remove: containers.filter(
      (container) => container.stranded || (isUnknown(container) && fate(container) === "remove"),
    ),
    removeNetworks: networks.filter(({ id, used }) => !used && !knownNetworks.has(id)),
    adopt: unknown.filter((container) => fate(container) === "adopt"),
    start: containers.filter(
      (container) => container.stopped && !container.stranded && !isUnknown(container),
    ),
    undecided: unknown.filter((container) => fate(container) === "undecided"),
    staleNote: route.kind === "routed" && route.unrouted && recorded !== undefined,
  };
}

function routedTo({ serving }: { serving: readonly string[] }): string {
  return serving.join(" and ");
}

/** True if there is nothing to do. */
export function isSound(plan: RecoveryPlan): boolean {
  return (
    plan.route === undefined &&
    !plan.staleNote &&
    [plan.pending, plan.gone, plan.remove, plan.removeNetworks, plan.adopt, plan.start, plan.undecided].every(
      (list) => list.length === 0,
    )
  );
}
