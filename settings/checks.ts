import { accessIsGiven } from "./access-checks.ts";
import {
  acmeHasItsSecrets,
  imageHasThePlugin,
  propagationIsWaitedFor,
  wildcardsComeByDns,
} from "./acme-checks.ts";
import { aliasesLeadElsewhere } from "./alias-checks.ts";
import { colorsIn, lonePartsAreWhole, missingEverywhere } from "./alone-checks.ts";
import { addressesMeet, automatic, everyVersion4 } from "./addresses.ts";
import { otherColor } from "./color.ts";
import { metricsCanBeHidden, plainBackendIsTold } from "./backend-checks.ts";
import { bodiesHaveRoom } from "./bodies.ts";
import { configPath } from "./commands.ts";
import { ownNamesAreUpperCase } from "./environment.ts";
import { allowedAt, got, placeholderAt, settingCommand, type Context } from "./explain.ts";
import type { Get, IsBroken } from "./get.ts";
import { leastNginx, leastNginxInWords } from "./least-nginx.ts";
import { secretsHaveTheirVariables } from "./own-secrets.ts";
import { partNames, tagKey } from "./parts.ts";
import { poolsFitIntoDatabase } from "./pools.ts";
import type { Problem } from "./problem.ts";
import { proxiesAreKnown } from "./proxy-checks.ts";
import { authorityCanBeAsked, ownCertificateIsNamed, tlsHasItsMemory } from "./tls-checks.ts";
import { registriesHaveTheirPasswords } from "./registry-checks.ts";
import { hostsAreClosed } from "./closed-checks.ts";
import { routesLead } from "./route-checks.ts";
import { colorNames } from "./schema/application.ts";
import { runningFacts } from "./services.ts";
import { pathsReachTheBackend, requestsOutliveSwitches } from "./traffic-checks.ts";
import { defaultAt, isLeftOut, valueAt, type Path } from "./shape.ts";

/** Checks what must hold between settings. It says nothing of the `broken` paths, which are wrong by themselves. */
export function checkTogether(context: Context, broken: readonly Path[]): Problem[] {
  const isBroken: IsBroken = (path) => broken.some((prefix) => prefix.every((key, at) => key === path[at]));
  const get: Get = (path) => {
    if (isBroken(path) || isLeftOut(context.schema, context.input, path)) return undefined;
    return valueAt(context.input, path) ?? defaultAt(context.schema, path);
  };
  return [
    ...activeColorHasTags(context, get, isBroken),
    ...imagesAreKnown(context, get, isBroken),
    ...lonePartsAreWhole(context, get, isBroken),
    ...localImagesAreNotPulled(context, get),
    ...gatewayIsNewEnough(context, get),
    ...portsAreApart(context, get),
    ...startIsLongEnough(context, get),
    ...registriesHaveTheirPasswords(context, get, isBroken),
    ...canaryHasItsStandby(context, get, isBroken),
    ...bodiesHaveRoom(context, get),
    ...poolsFitIntoDatabase(context, get),
    ...ownNamesAreUpperCase(context, get),
    ...plainBackendIsTold(context, get),
    ...metricsCanBeHidden(context, get),
    ...secretsHaveTheirVariables(context, get),
    ...ownCertificateIsNamed(context, get),
    ...authorityCanBeAsked(context, get),
    ...acmeHasItsSecrets(context, get, isBroken),
    ...propagationIsWaitedFor(context, get),
    ...wildcardsComeByDns(context, get, isBroken),
    ...imageHasThePlugin(context, get, isBroken),
    ...tlsHasItsMemory(context, get),
    ...aliasesLeadElsewhere(context, get),
    ...proxiesAreKnown(context, get),
    ...requestsOutliveSwitches(context, get),
    ...pathsReachTheBackend(context, get, colorsIn(get, isBroken)),
    ...accessIsGiven(context, get, isBroken),
    ...routesLead(context, get, isBroken),
    ...hostsAreClosed(context, get, isBroken),
  ];
}

function activeColorHasTags(context: Context, get: Get, isBroken: IsBroken): Problem[] {
  const color = get(["activeColor"]);
  if (typeof color !== "string" || !(colorNames as readonly string[]).includes(color)) return [];
  const path = ["colors", color];
  if (isBroken(path) || get(path) !== undefined) return [];
  return [
    {
      at: configPath(path),
      what: `it is missing, and ${color} is the active colour`,
      allowed: allowedAt(context, path),
      fix: partNames.map((name) => settingCommand(context, [...path, tagKey(name)], "<tag>")),
    },
  ];
}

function imagesAreKnown(context: Context, get: Get, isBroken: IsBroken): Problem[] {
  if (get(["imageCatalogue"]) !== "upstream") return [];
  const missing = missingEverywhere(colorsIn(get, isBroken) ?? {});
  return partNames
    .filter((name) => !missing.includes(name))
    .map((name) => ["images", name])
    .filter((path) => !isBroken(path) && get(path) === undefined)
    .map((path) => ({
      at: configPath(path),
      what: "it is missing, and the catalogue `upstream` has no application",
      allowed: allowedAt(context, path),
      fix: [settingCommand(context, path, placeholderAt(context, path))],
    }));
}

function localImagesAreNotPulled(context: Context, get: Get): Problem[] {
  const path = ["pullPolicy"];
  if (get(["imageCatalogue"]) !== "local" || get(path) !== "always") return [];
  return [
    {
      at: configPath(path),
      what: "the catalogue `local` is in no registry, so that its images cannot be pulled",
      got: got(context, path),
      allowed: "missing or never, while webnet:imageCatalogue is local",
      fix: [settingCommand(context, path, "never")],
    },
  ];
}

function gatewayIsNewEnough(context: Context, get: Get): Problem[] {
  const path = ["images", "nginx"];
  const image = get(path);
  if (typeof image !== "string") return [];
  const [, major, minor, patch] = /:(\d+)\.(\d+)(?:\.(\d+))?[^:/@]*(?:@.*)?$/.exec(image) ?? [];
  if (major === undefined) return [];
  // A tag without a patch level is the newest of its line.
  const version = [Number(major), Number(minor), patch === undefined ? Infinity : Number(patch)] as const;
  const isNewEnough =
    version[0] > leastNginx.major ||
    (version[0] === leastNginx.major &&
      (version[1] > leastNginx.minor || (version[1] === leastNginx.minor && version[2] >= leastNginx.patch)));
  if (isNewEnough) return [];
  return [
    {
      at: configPath(path),
      what: "it is too old to switch without losing requests",
      got: got(context, path),
      allowed: `nginx ${leastNginxInWords}`,
      fix: [settingCommand(context, path, placeholderAt(context, path))],
    },
  ];
}

function portsAreApart(context: Context, get: Get): Problem[] {
  const published = runningFacts.flatMap(({ published: own = [] }) => own);
  return published.flatMap(({ port, address }, position) => {
    const taken = published.slice(0, position).find((other) => {
      const [one, another] = [get(address), get(other.address)];
      if (typeof one !== "string" || typeof another !== "string") return false;
      return get(port) !== undefined && get(port) === get(other.port) && addressesMeet(one, another);
    });
    if (!taken) return [];
    return [
      {
        at: configPath(port),
        what: `the same port as ${configPath(taken.port)} on the same address`,
        got: String(get(port)),
        allowed: "a port that no other service has",
        fix: [settingCommand(context, port, placeholderAt(context, port))],
        // Perhaps only its IPv6 is in the way.
        or:
          get(taken.address) === automatic && !addressesMeet(everyVersion4, String(get(address)))
            ? [[settingCommand(context, taken.address, everyVersion4)]]
            : [],
      },
    ];
  });
}

function startIsLongEnough(context: Context, get: Get): Problem[] {
  const path = ["backend", "startTimeoutSeconds"];
  const start = get(path);
  const interval = get(["backend", "health", "intervalSeconds"]);
  const timeout = get(["backend", "health", "timeoutSeconds"]);
  if (typeof start !== "number" || typeof interval !== "number" || typeof timeout !== "number") return [];
  const first = interval + timeout;
  if (start >= first) return [];
  return [
    {
      at: configPath(path),
      what: "no release could be found healthy: the first health check ends later",
      got: String(start),
      allowed: `at least ${first}, the sum of webnet:backend.health.intervalSeconds and timeoutSeconds`,
      fix: [settingCommand(context, path, String(first))],
    },
  ];
}

function canaryHasItsStandby(context: Context, get: Get, isBroken: IsBroken): Problem[] {
  const path = ["gateway", "canaryPercent"];
  const percent = get(path);
  const active = get(["activeColor"]);
  if (typeof percent !== "number" || percent === 0 || isBroken(["standby"])) return [];
  if (active !== "blue" && active !== "green") return [];
  const color = otherColor(active);
  const isOff = get(["standby"]) === "off";
  const tags = ["colors", color];
  if (!isOff && (isBroken(tags) || get(tags) !== undefined)) return [];
  return [
    {
      at: configPath(path),
      what: `there is no standby to send clients to: ${isOff ? "webnet:standby is off" : `${color} has no tags`}`,
      got: got(context, path),
      allowed: "0, while webnet:standby is off or the other colour has no tags",
      fix: [settingCommand(context, path, "0")],
    },
  ];
}
