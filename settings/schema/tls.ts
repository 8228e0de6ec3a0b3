import { z } from "zod";
import { defaults } from "../defaults.ts";
import { acme } from "./acme.ts";
import { count, flag, oneOf, port, remaking, withDefault } from "./fields.ts";
import { pemFile } from "./pem-file.ts";

/** Sources of the gateway's certificate. */
export const certificateSources = ["self-signed", "files", "acme"] as const;

/** How the gateway speaks TLS. Left out, it speaks http alone. */
export const tls = z
  .strictObject({
    certificate: oneOf(certificateSources).meta({
      description:
        "Where the gateway's certificate comes from: `self-signed` makes one that no browser trusts, for a first start or a test; `files` takes your own; `acme` gets it from an authority such as Let's Encrypt, and renews it by itself (until the first one is there, a self-signed one serves). With `gateway.tls` clients are led from http to https. Adding or removing `gateway.tls` makes the edge anew.",
      defaultText: "none; required with `gateway.tls`",
    }),
    certificateFile: pemFile(
      "The certificate, followed by those of its intermediate authorities. It must name `webnet:domain` and all of `gateway.aliases`, and be valid now. A changed file is taken by the next update, without losing a request.",
    ),
    keyFile: pemFile(
      "The certificate's private key, RSA of at least 2048 bits or ECDSA, without a passphrase. It goes into a volume that only the gateway reads, and not into Pulumi's state.",
    ),
    acme,
    httpsPort: remaking(
      withDefault(port(), defaults.gateway.tls.httpsPort, "Port of the host for https."),
      "the edge",
    ),
    hstsSeconds: withDefault(
      count(0, 315_360_000, "seconds"),
      defaults.gateway.tls.hstsSeconds,
      "How long a browser refuses this name by http after an answer by https (`Strict-Transport-Security`); 0 sends no such header. None is sent with a self-signed certificate, which a browser could then never accept. A browser that has met it comes by https alone until the time is over, so send 0 for that long before you give up `gateway.tls`.",
    ),
    hstsSubdomains: withDefault(
      flag(),
      defaults.gateway.tls.hstsSubdomains,
      "Whether that holds for every subdomain of `webnet:domain` too.",
    ),
  })
  .exactOptional();
