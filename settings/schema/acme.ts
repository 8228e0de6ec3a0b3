import { z } from "zod";
import { defaults } from "../defaults.ts";
import { sealedPlaceholder } from "../sealed.ts";
import { limits, optional, required, seconds, text, withDefault } from "./fields.ts";
import { volumeName } from "./names.ts";
import { pemFile } from "./pem-file.ts";

/** The longest that some publishers of zones take; with it an order takes 24 minutes at most. */
const longestPropagationSeconds = 900;

const emailAddress = text({
  pattern: /^[^\s@"'<>,]+@[^\s@"'<>,]+\.[^\s@"'<>,]+$/,
  allowed: "an e-mail address",
  placeholder: "<address>",
});
const directory = text({
  pattern: /^https:\/\/[^\s"'\\]+$/,
  allowed: "the https URL of an authority's ACME directory",
  placeholder: "<url>",
  longest: 1024,
});
const profile = text({
  pattern: /^[a-z0-9][a-z0-9_-]{0,63}$/i,
  allowed: "the name of a profile that the authority has",
  placeholder: "<name>",
});
const plugin = text({
  pattern: /^(?!dns-)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
  allowed: "the name of one of certbot's DNS plugins without its `dns-`, such as rfc2136 or cloudflare",
  placeholder: "<plugin>",
});
const eabKeyId = text({
  pattern: /^[\x21-\x7e]+$/,
  allowed: "the key's identifier as the authority shows it, without spaces",
  placeholder: "<key-id>",
  longest: 1024,
});

/** How the authority finds its answer in the DNS (DNS-01). */
const dns = z
  .strictObject({
    plugin: required(
      plugin,
      "Plugin of certbot's for the DNS server of your names, for certificates by DNS-01: the authority looks there, and asks nothing of this host. Wildcards come only so. Its image must have the plugin: `images.certbot` is then such as `certbot/dns-cloudflare:v5.5.0`; the local image has `rfc2136`. Its credentials are the secret `acmeSecrets.dnsCredentials`.",
      "none; required with `gateway.tls.acme.dns`",
    ),
    propagationSeconds: optional(
      seconds(1, longestPropagationSeconds),
      "Seconds between the plugin's change and the authority's look, in which every DNS server of the zone must learn of it. Each order takes them. Not with route53, which asks its provider.",
      "the plugin's own: `10` of most, `60` of rfc2136 and google, `120` of some",
    ),
  })
  .exactOptional();

/** How certificates come by ACME. */
export const acme = z
  .strictObject({
    email: optional(
      emailAddress,
      "Contact of the account with the authority. Let's Encrypt sends no warnings any more; other authorities may require one.",
      "none: an account without a contact",
    ),
    directory: withDefault(
      directory,
      defaults.gateway.tls.acme.directory,
      "The authority's ACME directory. Asking for certificates means that you agree to its terms of service. Another directory is another account, and another certificate at once.",
    ),
    authorityFile: pemFile(
      "The certificate that signs the directory's own one, for a private authority such as step-ca. No other is trusted then.",
      "none: the authorities that certbot's image trusts",
    ),
    profile: optional(
      profile,
      "The authority's profile, such as `shortlived` (6 days) of Let's Encrypt. One that the authority lacks fails the order.",
      "the authority's own default",
    ),
    eabKeyId: optional(
      eabKeyId,
      "The key's identifier of an external account binding (EAB), for an authority that binds accounts to one of its own, such as ZeroSSL, Google or Sectigo. Its key is the secret `acmeSecrets.eabHmacKey`. Another identifier is another account; the former one stays beside it.",
      "none: an account that is bound to no other",
    ),
    dns,
    dataVolume: optional(
      volumeName(),
      "Volume with the account and the certificates. `pulumi destroy` leaves it.",
      "`webnet-<stack>-certificates`",
    ),
    limits: limits("certbot", 128, defaults.gateway.tls.acme.limits),
  })
  .prefault({});

const dnsCredentials = z
  .string()
  .min(1)
  .max(16_384)
  .regex(/^[^\0]*\S[^\0]*$/)
  .meta({
    allowed:
      "the content of the plugin's credentials file as certbot's manual has it, up to 16384 characters; for route53 that of an AWS credentials file",
    placeholder: "<credentials>",
    fromFile: "<file>",
  });
const hmacPattern = /^[A-Za-z0-9_-]{16,1024}={0,2}$/;
const eabHmacKey = z
  .string()
  .refine((key) => key === sealedPlaceholder || hmacPattern.test(key))
  .meta({
    allowed: 'the key as the authority shows it: base64url, 16 to 1024 letters, digits, "-" and "_"',
    placeholder: "<key>",
  });

/** The secrets of {@link acme}. */
export const acmeSecrets = z
  .strictObject({
    dnsCredentials: optional(
      dnsCredentials,
      "Credentials of `gateway.tls.acme.dns`; a secret, set from a file with `pulumi config set --secret --path 'webnet:acmeSecrets.dnsCredentials' < <file>`. certbot's container alone reads them, as a file. Others are taken with the next update, which tries an order at once. Give them no more rights than to change the zone, or better its `_acme-challenge` records.",
      "none; required with `gateway.tls.acme.dns`, but with the plugins route53 and google, which may have a role of the machine",
    ),
    eabHmacKey: optional(
      eabHmacKey,
      "Key of `gateway.tls.acme.eabKeyId`; a secret, set with `pulumi config set --secret --path 'webnet:acmeSecrets.eabHmacKey'`. It counts when the account is made.",
      "none; required with `gateway.tls.acme.eabKeyId`",
    ),
  })
  .exactOptional();
