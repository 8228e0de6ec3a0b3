import { z } from "zod";
import { defaults } from "../defaults.ts";
import { clientAddress, flag, listOf, ownName, text, withDefault } from "./fields.ts";
import { domain, pathPattern } from "./names.ts";

const of = defaults.gateway.accessRule;

const name = ownName();

/** Matches the name of a user. */
export const userPattern = /^[A-Za-z0-9][\w.@-]{0,62}$/;

/** Matches the address of a rule: all of the site, or the beginning of addresses. */
export const rulePathPattern = new RegExp(`^/$|${pathPattern.source}`);

const user = text({
  pattern: userPattern,
  allowed: 'up to 63 letters, digits and "_.@-", the first a letter or digit',
  placeholder: "<user>",
});

const path = text({
  pattern: rulePathPattern,
  allowed: '"/" for all addresses, or a path without a "/" at its end, such as /api/admin',
  placeholder: "<path>",
});

const rule = z.strictObject({
  paths: listOf(path, 50, "paths").meta({
    description:
      "The addresses that the rule is for, with all below them. Of several rules the one with the longest path counts.",
    defaultText: "none; required in a rule",
  }),
  hosts: withDefault(
    listOf(domain(), 20, "names"),
    of.hosts,
    "Host names that the rule is for, each `webnet:domain` or one of `gateway.routes` or `monitoring.host`. It counts before those for all of them.",
  ),
  clients: withDefault(
    listOf(clientAddress(), 200, "addresses"),
    of.clients,
    "Clients that are let in without a password.",
  ),
  users: withDefault(
    listOf(user, 100, "users"),
    of.users,
    "Users that are let in by their password, which is the secret `gatewayPasswords.<user>`.",
  ),
  isOpen: withDefault(flag(), of.isOpen, "Lets everybody in, below a path that another rule closes."),
});

/** Who is let in where. */
export const access = withDefault(
  z
    .record(name, rule)
    .refine((rules) => Object.keys(rules).length <= 50)
    .meta({
      allowed: `an object of at most 50 rules, each an object with ${Object.keys(rule.shape).join(", ")}; each name: ${name.meta()?.allowed ?? ""}`,
    }),
  defaults.gateway.access,
  "Rules that close addresses of the site, pages and backend alike: to all but some clients, users with a password, or either. A browser asks for the password; the backend does not get it. Smoke checks, health checks, certificates and whoever looks at a release with the token are let in.",
);

const password = z
  .string()
  .min(10)
  .max(1024)
  .meta({ allowed: "a password of at least 10 characters", placeholder: "<password>" });

/** Passwords of {@link access}. */
export const gatewayPasswords = z.record(user, password).exactOptional().meta({
  allowed:
    "an object of passwords of at least 10 characters, each under the name of a user of `gateway.access`",
  description:
    "Passwords of the users of `gateway.access`, each a secret: `pulumi config set --secret --path 'webnet:gatewayPasswords.<user>'`. The gateway keeps them as salted hashes that are fast to check: let a generator make them.",
  defaultText: "none; required with users in `gateway.access`",
});
