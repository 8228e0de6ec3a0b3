import { z } from "zod";
import { optional, required, text } from "./fields.ts";

const registryAddress = () =>
  text({
    pattern: /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/,
    allowed:
      "a registry's host name, with a port if need be and without scheme, such as ghcr.io; docker.io is Docker Hub",
    placeholder: "<host-name>",
  });

const login = (setting: string, what: string, password: string) =>
  z.strictObject({
    address: required(registryAddress(), what, `none; required with \`${setting}\``),
    username: text({
      pattern: /^\S+$/,
      allowed: "a user name without spaces",
      placeholder: "<user>",
    }).meta({
      description: `User there. The password is the secret \`${password}\`.`,
      defaultText: `none; required with \`${setting}\``,
    }),
  });

/** A registry to log in to before the engine pulls images. */
export const registry = login(
  "registry",
  "Registry to log in to before images are pulled. `docker.io` is that of images without a host name.",
  "registryPassword",
).exactOptional();

/** Further registries to log in to. */
export const registries = z
  .array(login("registries", "A further registry to log in to.", 'registryPasswords["<host-name>"]'))
  .max(20)
  .exactOptional()
  .meta({
    allowed: "a list of up to 20 registries, each an object with address, username",
    description: "Further registries to log in to, beside `registry`.",
    defaultText: "none",
  });

const password = () =>
  z.string().min(1).meta({ allowed: "a password or access token", placeholder: "<password>" });

/** Password for {@link registry}. */
export const registryPassword = optional(
  password(),
  "Password for `registry`; a secret, set with `pulumi config set --secret`.",
  "none; required with `registry`",
);

/** Passwords for {@link registries}. */
export const registryPasswords = z.record(registryAddress(), password()).exactOptional().meta({
  allowed: "an object of passwords or access tokens, each under the address of one of `registries`",
  description:
    "Passwords for `registries`, each a secret: `pulumi config set --secret --path 'webnet:registryPasswords[\"ghcr.io\"]'`.",
  defaultText: "none; required with `registries`",
});
