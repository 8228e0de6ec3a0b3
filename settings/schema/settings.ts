import { z } from "zod";
import { catalogueNames } from "../catalogue.ts";
import { defaults } from "../defaults.ts";
import { gatewayPasswords } from "./access.ts";
import { acmeSecrets } from "./acme.ts";
import { backend, colorNames, colors, images } from "./application.ts";
import { oneOf, remaking, withDefault } from "./fields.ts";
import { domain } from "./names.ts";
import { bake } from "./operations.ts";
import { monitoring } from "./monitoring.ts";
import { data, engine, gateway, mysql, network } from "./platform.ts";
import { policy } from "./policy.ts";
import { registries, registry, registryPassword, registryPasswords } from "./registry.ts";
import type { Path } from "../shape.ts";

/** The keys whose values are secrets: never printed, and refused in plain text. */
export const secretKeys: readonly string[] = [
  "registryPassword",
  "registryPasswords",
  "gatewayPasswords",
  "acmeSecrets",
];

/** Where the application's own secrets stand: the one nested object whose values are secrets. */
export const ownSecretsPath: Path = ["backend", "secrets"];

/** Whether a secret belongs at a path. */
export function isSecretPath(path: Path): boolean {
  const [top] = path;
  if (typeof top === "string" && secretKeys.includes(top)) return true;
  return ownSecretsPath.every((key, at) => key === path[at]);
}

/** Everything that the stack config may hold under `webnet:`. */
export const settingsSchema = z.strictObject({
  domain: domain().meta({ description: "Name that the platform answers to." }),
  activeColor: oneOf(colorNames).meta({
    description: "Colour that gets the traffic. Changing it is the switch; changing it back is the rollback.",
  }),
  colors,
  standby: withDefault(
    oneOf(["warm", "off"]),
    defaults.standby,
    "Whether the other colour's release runs too, if it has tags.",
  ),
  engine,
  network,
  imageCatalogue: remaking(
    withDefault(
      oneOf(catalogueNames),
      defaults.imageCatalogue,
      "Where the names of `images.*` come from: the publishers' images, or those that the set-up builds on this machine.",
    ),
    "MySQL",
  ),
  images,
  pullPolicy: withDefault(
    oneOf(["always", "missing", "never"]),
    defaults.pullPolicy,
    "When an image is pulled: at every update, when it is not there, or not at all.",
  ),
  registry,
  registryPassword,
  registries,
  registryPasswords,
  gateway,
  gatewayPasswords,
  acmeSecrets,
  backend,
  mysql,
  monitoring,
  bake,
  data,
  policy,
});
