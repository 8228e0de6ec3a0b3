import { optional, text } from "./fields.ts";

/** The path of a PEM file, which may be left out. @param what its description */
export function pemFile(what: string, defaultText = "none; required with `gateway.tls.certificate` files") {
  const file = text({
    pattern: /^[^\0\n]+$/,
    allowed: "the path of a PEM file on the machine that runs Pulumi, absolute or from the project's folder",
    placeholder: "<file>",
    longest: 4096,
  });
  return optional(file, what, defaultText);
}
