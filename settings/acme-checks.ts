import { catalogues } from "./catalogue.ts";
import { configPath, removeCommand, setCommand } from "./commands.ts";
import { allowedAt, got, placeholderAt, settingCommand, type Context } from "./explain.ts";
import type { Get, IsBroken } from "./get.ts";
import type { Problem } from "./problem.ts";
import { valueAt, type Path } from "./shape.ts";
import { isWildcard } from "./wildcard.ts";

const acme = ["gateway", "tls", "acme"];
const pluginPath = [...acme, "dns", "plugin"];
const keyIdPath = [...acme, "eabKeyId"];
const secretsPath = ["acmeSecrets"];
const credentialsPath = [...secretsPath, "dnsCredentials"];
const hmacKeyPath = [...secretsPath, "eabHmacKey"];
const imagePath = ["images", "certbot"];

/** Asks its provider whether the record is there. */
const askingPlugin = "route53";
/** Plugins that get on without credentials on a machine that its provider has given a role. */
const byRole = [askingPlugin, "google"];
/** The plugins that certbot's publishers have an image of. */
const published =
  "cloudflare digitalocean dnsimple dnsmadeeasy gehirn google linode luadns nsone ovh rfc2136 route53 sakuracloud".split(
    " ",
  );
/** What the images are known to have of which it can be told by their names. */
const known = [
  [/(?:^|\/)certbot\/certbot[:@]/, undefined],
  [/(?:^|\/)certbot\/dns-([a-z0-9-]+)[:@]/, undefined],
  [/^webnet\.local\/certbot:/, "rfc2136"],
] as const;

const isByAcme = (get: Get) => get(["gateway", "tls", "certificate"]) === "acme";

/** Each secret of {@link acme} belongs to a setting, and the other way round. */
export function acmeHasItsSecrets(context: Context, get: Get, isBroken: IsBroken): Problem[] {
  if (isBroken(secretsPath) && !isBroken(credentialsPath) && !isBroken(hmacKeyPath)) return [];
  const plugin = get(pluginPath);
  const needsCredentials = typeof plugin === "string" && !byRole.includes(plugin);
  const usesCredentials = plugin !== undefined || isBroken(pluginPath);
  const hasKeyId = get(keyIdPath) !== undefined;
  const isAsked = isByAcme(get);
  return [
    ...secretFits(context, isBroken, credentialsPath, {
      isAsked,
      isUsed: isAsked && usesCredentials,
      isNeeded: isAsked && needsCredentials,
      by: pluginPath,
    }),
    ...secretFits(context, isBroken, hmacKeyPath, {
      isAsked,
      isUsed: isAsked && (hasKeyId || isBroken(keyIdPath)),
      isNeeded: isAsked && hasKeyId,
      by: keyIdPath,
    }),
  ];
}

/** What a secret is for. */
interface Use {
  /** Whether certificates come from an authority at all. */
  isAsked: boolean;
  isUsed: boolean;
  isNeeded: boolean;
  /** The setting that uses it. */
  by: Path;
}

function secretFits(
  context: Context,
  isBroken: IsBroken,
  path: Path,
  { isAsked, isUsed, isNeeded, by }: Use,
): Problem[] {
  if (isBroken(path) || isBroken(["gateway", "tls", "certificate"])) return [];
  const isThere = valueAt(context.input, path) !== undefined;
  if (isNeeded && !isThere)
    return [
      {
        at: configPath(path),
        what: `it is missing, and ${configPath(by)} is of no use without it`,
        allowed: allowedAt(context, path),
        fix: [settingCommand(context, path, "")],
      },
    ];
  if (isUsed || !isThere) return [];
  return [
    {
      at: configPath(path),
      what: `there is no ${configPath(by)} that it is for`,
      got: got(context, path),
      allowed: `a secret only with ${configPath(by)}, while webnet:gateway.tls.certificate is acme`,
      fix: [removeCommand(context.stack, path)],
      or: isAsked ? [[settingCommand(context, by, placeholderAt(context, by))]] : [],
    },
  ];
}

/** One plugin hears from the provider when the record is there, and takes no time for it. */
export function propagationIsWaitedFor(context: Context, get: Get): Problem[] {
  const path = [...acme, "dns", "propagationSeconds"];
  if (get(pluginPath) !== askingPlugin || get(path) === undefined) return [];
  return [
    {
      at: configPath(path),
      what: `the plugin ${askingPlugin} asks until the record is there, and takes no time for it`,
      got: got(context, path),
      allowed: `none with ${askingPlugin}`,
      fix: [removeCommand(context.stack, path)],
    },
  ];
}

/** An authority gives a wildcard only to who can change the DNS. */
export function wildcardsComeByDns(context: Context, get: Get, isBroken: IsBroken): Problem[] {
  const aliases = get(["gateway", "aliases"]);
  if (!isByAcme(get) || !Array.isArray(aliases) || isBroken(pluginPath)) return [];
  if (get(pluginPath) !== undefined) return [];
  const at = aliases.findIndex((alias) => typeof alias === "string" && isWildcard(alias));
  if (at === -1) return [];
  const path = ["gateway", "aliases", at];
  return [
    {
      at: configPath(path),
      what: "no authority gives a certificate for a wildcard that it can't ask for in the DNS",
      got: got(context, path),
      allowed: `a wildcard only with ${configPath([...acme, "dns"])}, or while webnet:gateway.tls.certificate is files or self-signed`,
      fix: [
        settingCommand(context, pluginPath, placeholderAt(context, pluginPath)),
        settingCommand(context, credentialsPath, ""),
      ],
      or: [[removeCommand(context.stack, path)]],
    },
  ];
}

/** An image whose name tells its plugins has the one that is wanted. */
export function imageHasThePlugin(context: Context, get: Get, isBroken: IsBroken): Problem[] {
  const plugin = get(pluginPath);
  if (!isByAcme(get) || typeof plugin !== "string" || isBroken(imagePath)) return [];
  const catalogue = get(["imageCatalogue"]) === "local" ? "local" : "upstream";
  const image = get(imagePath) ?? catalogues[catalogue].certbot;
  if (typeof image !== "string") return [];
  for (const [pattern, own] of known) {
    const match = pattern.exec(image);
    if (match === null || (own ?? match[1]) === plugin) continue;
    const version = catalogues.upstream.certbot.split(":")[1] ?? "";
    const wanted = published.includes(plugin) ? `certbot/dns-${plugin}:${version}` : "<image>";
    return [
      {
        at: configPath(imagePath),
        what: `it has no plugin dns-${plugin}, and ${configPath(pluginPath)} is ${plugin}`,
        got: JSON.stringify(image),
        allowed: "an image of certbot 5 or later with the plugin",
        fix: [setCommand(context.stack, imagePath, wanted)],
      },
    ];
  }
  return [];
}
