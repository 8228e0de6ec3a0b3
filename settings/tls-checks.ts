import { configPath, removeCommand } from "./commands.ts";
import { servesEveryHost } from "./every-host.ts";
import { allowedAt, got, placeholderAt, settingCommand, type Context } from "./explain.ts";
import type { Get } from "./get.ts";
import type { Problem } from "./problem.ts";
import { valueAt } from "./shape.ts";

const at = (key: string) => ["gateway", "tls", key];

/** One's own certificate needs both files, and a self-signed one has none. */
export function ownCertificateIsNamed(context: Context, get: Get): Problem[] {
  const source = get(at("certificate"));
  const files = ["certificateFile", "keyFile"];
  if (source === "files")
    return files
      .filter((key) => get(at(key)) === undefined)
      .map((key) => ({
        at: configPath(at(key)),
        what: "it is missing, and the certificate comes from files",
        allowed: allowedAt(context, at(key)),
        fix: [settingCommand(context, at(key), placeholderAt(context, at(key)))],
      }));
  if (source === undefined) return [];
  return files
    .filter((key) => get(at(key)) !== undefined)
    .map((key) => ({
      at: configPath(at(key)),
      what: `the certificate is ${JSON.stringify(source)}, and no file is read`,
      got: got(context, at(key)),
      allowed: "a file only while webnet:gateway.tls.certificate is files",
      fix: [settingCommand(context, at("certificate"), "files")],
      or: [[removeCommand(context.stack, at(key))]],
    }));
}

/** An authority gives certificates for names that it can find, and is asked with the settings for it alone. */
export function authorityCanBeAsked(context: Context, get: Get): Problem[] {
  const source = get(at("certificate"));
  if (source === undefined) return [];
  if (source !== "acme")
    return valueAt(context.input, at("acme")) === undefined
      ? []
      : [
          {
            at: configPath(at("acme")),
            what: `the certificate is ${JSON.stringify(source)}, and no authority is asked`,
            allowed: "only while webnet:gateway.tls.certificate is acme",
            fix: [settingCommand(context, at("certificate"), "acme")],
            or: [[removeCommand(context.stack, at("acme"))]],
          },
        ];
  const domain = get(["domain"]);
  if (typeof domain !== "string" || !servesEveryHost(domain)) return [];
  return [
    {
      at: configPath(["domain"]),
      what: "no authority gives a certificate for it",
      got: got(context, ["domain"]),
      allowed: "a name that the authority finds in the DNS, while webnet:gateway.tls.certificate is acme",
      fix: [settingCommand(context, ["domain"], "<host-name>")],
      or: [[settingCommand(context, at("certificate"), "self-signed")]],
    },
  ];
}

/** With less memory, hardly a client would be taken beside OpenSSL's buffers and the cache of sessions. */
const leastMegabytes = 64;

/** TLS needs memory of its own. */
export function tlsHasItsMemory(context: Context, get: Get): Problem[] {
  const path = ["gateway", "limits", "memoryMegabytes"];
  const memory = get(path);
  if (get(at("certificate")) === undefined || typeof memory !== "number" || memory >= leastMegabytes)
    return [];
  return [
    {
      at: configPath(path),
      what: "it is too little for a gateway that speaks TLS",
      got: got(context, path),
      allowed: `at least ${leastMegabytes} megabytes with webnet:gateway.tls`,
      fix: [settingCommand(context, path, String(leastMegabytes))],
    },
  ];
}
