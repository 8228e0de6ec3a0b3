import { text } from "./fields.ts";

/** A file with certificates, or with a key. */
export const pemFile = (
  what: string,
  defaultText = "none; required with `gateway.tls.certificate` files",
) => {
  const file = text({
    pattern: /^[^\0\n]+$/,
    allowed: "the path of a PEM file on the machine that runs Pulumi, absolute or from the project's folder",
    placeholder: "<file>",
    longest: 4096,
  });
  return file.exactOptional().meta({
    ...file.meta(),
    description: what,
    defaultText,
  });
};
