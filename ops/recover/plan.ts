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

/** What is to be done so that the next update works. */
export interface RecoveryPlan {
  /** Operations that are taken out of the state: what became of them is seen on the engine. */
  pending: readonly { urn: string; type: string }[];
  /** The gateway routes elsewhere than the state says. */
  route: { recorded: string; found: string } | undefined;
  /** Resources whose container is gone. */
  gone: readonly string[];
  /** What neither the route nor the state knows, and nothing uses; and gateways in the network of an edge that is gone. */
  remove: readonly FoundContainer[];
  removeNetworks: readonly { id: string; name: string }[];
  /** What serves, or what others run on, and the state doesn't know. */
  adopt: readonly FoundContainer[];
  /** What the state has and doesn't run: stopped by hand, or not started for want of its address or its port. */
  start: readonly FoundContainer[];
  /** What isn't touched, since nobody can say what the gateway routes to. */
  undecided: readonly FoundContainer[];
  /** The note that the route was given up is left from an update that came to nothing. */
  staleNote: boolean;
}

/**
 * Decides from the state and from what is found. An unknown container is removed only when it can't serve: it doesn't
 * run, or it is a release that the gateway doesn't route to. Everything else that runs unknown is to be taken into the
 * state.
 */
export function planOf(state: State, { containers, networks, route }: EngineFacts): RecoveryPlan {
  const known = idsOf(state, containerType);
  const knownNetworks = idsOf(state, networkType);
  // The engine will never start a stranded one again, and the next update makes another.
  const present = new Set(containers.filter(({ stranded }) => !stranded).map(({ id }) => id));
  const isUnknown = ({ id }: FoundContainer): boolean => !known.has(id);
  const unknown = containers.filter(isUnknown);
  const fate = (container: FoundContainer): "remove" | "adopt" | "undecided" => {
    if (container.role === "copy" || !container.started || container.idle || container.stranded)
      return "remove";
    const serves = container.role === "backend" || container.role === "gateway";
    if (serves && route.kind === "unknown") return "undecided";
    if (container.role !== "backend") return container.running ? "adopt" : "remove";
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

/** Whether there is nothing to be done. */
export function isSound(plan: RecoveryPlan): boolean {
  return (
    plan.route === undefined &&
    !plan.staleNote &&
    [plan.pending, plan.gone, plan.remove, plan.removeNetworks, plan.adopt, plan.start, plan.undecided].every(
      (list) => list.length === 0,
    )
  );
}
