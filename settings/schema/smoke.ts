import { z } from "zod";
import { defaults } from "../defaults.ts";
import { count, optional, required, seconds, text, withDefault } from "./fields.ts";
import { urlPath } from "./names.ts";

const line = () =>
  text({
    pattern: /^\P{Cc}+$/u,
    allowed: "a text of 1 to 200 characters in one line",
    placeholder: "<text>",
    longest: 200,
  });

/** What one check asks for. */
export const smokeCondition = z.strictObject({
  path: required(
    urlPath(),
    "A check as an object: the path that it asks for.",
    "none: required in an object",
  ),
  status: z.int().min(200).max(599).exactOptional().meta({
    allowed: "an HTTP status, 200 to 599",
    placeholder: "<status>",
    description: "The status that the answer must have. Redirects are not followed.",
    defaultText: "any from 200 to 299",
  }),
  text: optional(
    line(),
    "What must stand in the first 64 KB of the answer's body, word for word.",
    "none: the body is not looked at",
  ),
  withinMilliseconds: z.int().min(1).max(60_000).exactOptional().meta({
    allowed: "a whole number of milliseconds, 1 to 60000",
    placeholder: "<milliseconds>",
    description:
      "How long the whole answer may take. The first of several rounds warms a release up, and may take longer.",
    defaultText: "none: `gateway.smoke.timeoutSeconds` alone",
  }),
});

const allowed = `a path that begins with "/", or an object with ${Object.keys(smokeCondition.shape).join(", ")}`;

const check = z.union([urlPath(), smokeCondition]).meta({
  allowed,
  placeholder: "<path>",
});

const paths = z
  .array(check)
  .min(1)
  .max(20)
  .meta({ allowed: `a list of 1 to 20 checks: each ${allowed}` });

/** What a release must answer before it gets traffic. */
export const smoke = z
  .strictObject({
    paths: optional(
      paths,
      "What a release must answer through the gateway, before it gets traffic and after.",
      '`["/api/actuator/health","/"]`: one answer of the backend, one of the frontend. With another `backend.basePath` that one; with `backend.kind` at `plain`, `backend.healthPath` where clients can reach it; of a colour with one part, what that part answers of it',
    ),
    attempts: withDefault(
      count(1, 100, "requests"),
      defaults.gateway.smoke.attempts,
      "Rounds: requests for each path, every one of which must succeed.",
    ),
    timeoutSeconds: withDefault(
      seconds(1, 60),
      defaults.gateway.smoke.timeoutSeconds,
      "Seconds after which a request without an answer has failed.",
    ),
  })
  .prefault({});
