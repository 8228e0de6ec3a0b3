import { z } from "zod";
import { text } from "./fields.ts";
import { environmentName, secretName } from "./names.ts";

/** Characters that an environment variable may have; the kernel takes no more than four times that. */
export const longestVariable = 32_768;

/** The backend's own variables. */
export const environment = z
  .record(
    environmentName(),
    z
      .string()
      .max(longestVariable)
      .meta({ allowed: `a text of up to ${longestVariable} characters`, placeholder: "<value>" }),
  )
  .meta({ allowed: `an object of texts; each name: ${environmentName().meta()?.allowed ?? ""}` });

/** The path of a file with such variables. */
export const environmentFile = () =>
  text({
    pattern: /^\P{Cc}+$/u,
    allowed: "the path of a file, relative to the folder of the stack's file",
    placeholder: "<file>",
    longest: 1024,
  });

const largestSecretKilobytes = 64;
const mostSecrets = 64;
const mostKilobytes = 1024;

const bytesOf = (value: unknown) => (typeof value === "string" ? Buffer.byteLength(value) : 0);

const secret = () =>
  z
    .string()
    .min(1)
    .refine((value) => bytesOf(value) <= largestSecretKilobytes * 1024)
    .meta({ allowed: `a text of 1 byte to ${largestSecretKilobytes} KB`, placeholder: "" });

/** The application's own secrets, by name. */
export const secrets = z
  .record(secretName(), secret())
  .refine((all) => Object.keys(all).length <= mostSecrets)
  .refine((all) => Object.values(all).reduce((sum, value) => sum + bytesOf(value), 0) <= mostKilobytes * 1024)
  .meta({
    allowed: `an object of up to ${mostSecrets} encrypted texts, of up to ${largestSecretKilobytes} KB each and ${mostKilobytes} KB together; each name: ${secretName().meta()?.allowed ?? ""}`,
  });
