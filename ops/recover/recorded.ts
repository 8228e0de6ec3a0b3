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
/** The program sets this variable for no step. So a step that has it in the state runs again in the next update. */
const againVariable = "WEBNET_AGAIN";
/** Prefix of the releases that the gateway really routes to. No config contains such a name. */
const foundMark = "found by recover: ";

/** Returns the active release as the state has it, for people: without recover's mark, and without a canary's. */
export function withoutMark(active: string | undefined): string | undefined {
  return active?.startsWith(foundMark) ? active.slice(foundMark.length).split(" ")[0] : active;
}

/** Returns the releases that get traffic according to the state, a canary's last. Undefined without a route. */
export function recordedRoute(state: State): string | undefined {
  const route = resourcesOf(state).find(({ urn }) => urn.endsWith(routeName));
  const environment = environmentOf(route?.inputs);
  const { activeRelease, standbyRelease, route: settings } = routeScript.variables;
  const active = recorded(activeRelease, environment);
  if (active === undefined || active.startsWith(foundMark)) return active?.slice(foundMark.length);
  const standby = recorded(standbyRelease, environment);
  // An earlier webnet may have recorded less of the route than this one reads.
  const hasCanary = standby !== undefined && canaryPercent(environment?.[settings.name]) > 0;
  return [active, ...(hasCanary ? [standby] : [])].join(" and ");
}

function canaryPercent(route: string | undefined): number {
  return readableJson(z.object({ canaryPercent: z.number() }), route ?? "")?.canaryPercent ?? 0;
}

/** What recover records in the state, besides the interrupted steps. */
export interface Noted {
  /** The releases that the gateway really routes to. Default: those in the state. */
  route?: string | undefined;
  /** True to run the route's step again, for example if another gateway than the config's serves. Default: false. */
  routeAgain?: boolean;
}

/**
 * Returns the state without pending operations and, if `route` is given, with the real route. It records the route in a
 * form that makes the next update run the route's step, whatever the config says: that step also drains a superseded
 * release. Every interrupted step runs again too. Otherwise, after the config is taken back, the step would count as
 * done, and a file that it wrote or an account that it locked would stay.
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
