import { z } from "zod";
import { routeScript } from "../../contract/gateway.ts";
import { recorded } from "../../contract/variable.ts";
import {
  commandType,
  environmentOf,
  pendingOperations,
  resourcesOf,
  type State,
} from "../../pulumi/state.ts";
import { readableJson } from "../../settings/json.ts";

const routeName = "::gateway-route";
/** No step is told it by the program, so that one which has it is run again. */
const againVariable = "WEBNET_AGAIN";
/** Stands before the releases that the gateway was found to route to: no config names such a one. */
const foundMark = "found by recover: ";

/** The releases that the state says clients are sent to, a canary's last; undefined where it knows of no route. */
export function recordedRoute(state: State): string | undefined {
  const route = resourcesOf(state).find(({ urn }) => urn.endsWith(routeName));
  const environment = environmentOf(route?.inputs);
  const { activeRelease, standbyRelease, route: settings } = routeScript.variables;
  const active = recorded(activeRelease, environment);
  if (active === undefined || active.startsWith(foundMark)) return active?.slice(foundMark.length);
  const standby = recorded(standbyRelease, environment);
  // An earlier webnet may have told less of the route than this one reads.
  const hasCanary = standby !== undefined && canaryPercent(environment?.[settings.name]) > 0;
  return [active, ...(hasCanary ? [standby] : [])].join(" and ");
}

function canaryPercent(route: string | undefined): number {
  return readableJson(z.object({ canaryPercent: z.number() }), route ?? "")?.canaryPercent ?? 0;
}

/** What is noted in a state beside what was interrupted. */
export interface Noted {
  /** The releases that the gateway was found to route to. Default: those that the state says. */
  route?: string | undefined;
  /** Whether the route's step is to run again, as where another gateway than the config's serves. Default: false. */
  routeAgain?: boolean;
}

/**
 * The state without pending operations and, where `route` is given, with the route as it was found. It is written down
 * in such a way that the next update runs the route's step whatever the config says: that step also waits until nobody
 * uses a superseded release any more. The same goes for every step of which nobody knows how far it came: with the
 * config taken back it would count as done, and a file that it wrote, or an account that it locked, would stay.
 */
export function mended(state: State, { route, routeAgain = false }: Noted = {}): State {
  const { deployment } = state;
  if (deployment === undefined || deployment === null) return state;
  const interrupted = new Set(pendingOperations(state).map(({ urn }) => urn));
  const resources = deployment.resources.map((resource) => {
    const isRoute = resource.urn.endsWith(routeName);
    const isInterrupted = resource.type === commandType && interrupted.has(resource.urn);
    const found = {
      ...((isInterrupted || (isRoute && routeAgain)) && { [againVariable]: "true" }),
      ...(isRoute &&
        route !== undefined && { [routeScript.variables.activeRelease.name]: `${foundMark}${route}` }),
    };
    if (Object.keys(found).length === 0) return resource;
    const { inputs, outputs } = resource;
    return { ...resource, inputs: withVariables(inputs, found), outputs: withVariables(outputs, found) };
  });
  const rest = Object.entries(deployment).filter(([key]) => key !== "pending_operations");
  return { ...state, deployment: { ...Object.fromEntries(rest), resources } };
}

function withVariables(
  properties: Record<string, unknown> | undefined,
  variables: Record<string, string>,
): Record<string, unknown> {
  return { ...properties, environment: { ...environmentOf(properties), ...variables } };
}
