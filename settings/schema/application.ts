import { z } from "zod";
import { defaults } from "../defaults.ts";
import { noPart, ofParts, ofTags, type PartName } from "../parts.ts";
import { ofMonitoring } from "../services.ts";
import { leastNginxInWords } from "../least-nginx.ts";
import { backendPaths } from "./backend-paths.ts";
import { environment, environmentFile, secrets } from "./environment.ts";
import {
  count,
  health,
  limits,
  megabytes,
  oneOf,
  optional,
  remaking,
  seconds,
  withDefault,
} from "./fields.ts";
import { image, jdbcParameterName, repository, tag } from "./names.ts";

/** More are for another host: each also has its own pool of connections to the database. */
const mostReplicas = 10;

/** The two colours. */
export const colorNames = ["blue", "green"] as const;

/** What the tag of each part is, for the reference. */
const tagMeaning: Readonly<Record<PartName, (color: string) => string>> = {
  backend: (color) =>
    `Tag of the backend image that ${color} runs. In quotes in the file where it looks like a number or a date, which \`pulumi config set --type string --path\` sees to. \`${noPart}\`: ${color} is a static site without a backend; \`backend.basePath\` is then 404.`,
  frontend: (color) =>
    `Tag of the frontend image that ${color} serves; moves together with the backend. \`${noPart}\`: ${color} has no frontend, and everything goes to its backend.`,
};

const release = (color: string) =>
  z
    .strictObject(
      ofTags((part) =>
        tag().meta({
          ...tag().meta(),
          allowed: `${tag().meta()?.allowed ?? ""}; or ${noPart}, for no such part`,
          description: tagMeaning[part](color),
          defaultText: `none; required with \`colors.${color}\``,
        }),
      ),
    )
    .exactOptional();

/** The releases to run; the active colour's is required. */
export const colors = z.strictObject({ blue: release("blue"), green: release("green") }).prefault({});

const platformImage = (what: string) => optional(image(), `Image of ${what}.`, "by `imageCatalogue`");

const applicationImage = (what: string) =>
  optional(
    repository(),
    `Repository of your ${what} images; a colour's tag is added. Required unless \`imageCatalogue\` is \`local\`, or no colour has such a part.`,
    "none; with `local`: the sample's",
  );

/** Which images are used. */
export const images = z
  .strictObject({
    ...ofParts(applicationImage),
    nginx: platformImage(`the gateway, nginx ${leastNginxInWords}`),
    mysql: remaking(platformImage("MySQL"), "MySQL"),
    certbot: platformImage("what gets certificates by ACME, certbot 5 or later"),
    ...ofMonitoring(({ words }) => platformImage(words.image)),
  })
  .prefault({});

const jdbcParameters = z
  .record(
    jdbcParameterName(),
    z.string().max(1024).meta({ allowed: "a text of up to 1024 characters", placeholder: "<value>" }),
  )
  .meta({ allowed: `an object of texts; each name: ${jdbcParameterName().meta()?.allowed ?? ""}` });

/** How a release's backend runs. */
export const backend = z
  .strictObject({
    replicas: withDefault(
      count(1, mostReplicas, "containers"),
      defaults.backend.replicas,
      "Containers of each release's backend. If one of several ends, only the requests inside it fail, and those that only read are tried on another. Each has all of `backend.limits`, and its own pool of connections to the database. Another number makes or removes containers of the releases that run, and no other release.",
    ),
    startReplicas: withDefault(
      oneOf(["together", "oneByOne"]),
      defaults.backend.startReplicas,
      "Whether the containers of a new release start together, or each when the one before it is healthy, which takes longer and spares the processors of what serves.",
    ),
    ...backendPaths,
    health: health("a backend", defaults.backend.health),
    startTimeoutSeconds: withDefault(
      seconds(1, 3600),
      defaults.backend.startTimeoutSeconds,
      "Seconds that a new release has to get healthy; then the update fails and the old one goes on serving.",
    ),
    stopSeconds: withDefault(
      seconds(1, 600),
      defaults.backend.stopSeconds,
      "Seconds between the polite signal and the kill, in which it finishes its requests and closes its streams. A superseded backend gets them after `gateway.drainSeconds`.",
    ),
    tmpMegabytes: optional(
      megabytes(1, 1_048_576),
      "Memory that a backend's `/tmp` may take, out of `backend.limits.memoryMegabytes`; Spring keeps the parts of multipart uploads there.",
      "`64`, or a quarter of the memory where that is less: six of the largest uploads that the gateway lets through by default",
    ),
    limits: limits("one backend", 64, defaults.backend.limits),
    environment: withDefault(
      environment,
      defaults.backend.environment,
      "More environment variables of the backend. `JAVA_TOOL_OPTIONS` is added to the program's own; any other replaces what the program or the image says. Not for secrets, which are `backend.secrets`: `docker inspect` shows it.",
    ),
    environmentFile: optional(
      environmentFile(),
      "A file with more environment variables, a `NAME=value` a line, for those that `backend.environment` doesn't have. A value is all that follows the first `=`, without quotes; lines that begin with `#` are comments. Another content is another release.",
      "none",
    ),
    secrets: withDefault(
      secrets,
      defaults.backend.secrets,
      "The application's own secrets, each set with `pulumi config set --secret --path 'webnet:backend.secrets[\"<name>\"]'`. Each is a file of that name in `/run/secrets`, by which Spring sets the property of that name; the variable `<NAME>_FILE` names the file, for `stripe.api-key` it is `STRIPE_API_KEY_FILE`. A secret that is set anew is another release.",
    ),
    jdbcParameters: withDefault(
      jdbcParameters,
      defaults.backend.jdbcParameters,
      "Parameters of the URL by which the backend finds its database, such as `connectionTimeZone`. They are escaped for you.",
    ),
  })
  .prefault({});
