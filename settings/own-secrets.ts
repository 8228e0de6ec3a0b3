import { configPath, removeCommand } from "./commands.ts";
import { got, settingCommand, type Context } from "./explain.ts";
import type { Get } from "./get.ts";
import type { Problem } from "./problem.ts";
import { isSecretPath, ownSecretsPath } from "./schema/settings.ts";
import { ciphertextOf, isAllSealed, mayBe, sealedPaths } from "./sealed.ts";
import { valueAt, type Path } from "./shape.ts";

/** The variable that names a secret's file: `STRIPE_API_KEY_FILE` for `stripe.api-key`. */
export function fileVariable(name: string): string {
  return `${name.toUpperCase().replaceAll(/[.-]/g, "_")}_FILE`;
}

/**
 * `webnet:backend` as the stack's file has it, if that is what Pulumi handed over. Undefined if the file has another one,
 * or none: Pulumi may have been given another file by `--config-file`.
 *
 * @param handedOver the same, decrypted
 */
export function writtenBackend(inFile: unknown, handedOver: unknown): unknown {
  const isOne = inFile !== undefined && ciphertextOf(inFile) === undefined && mayBe(inFile, handedOver);
  return isOne ? inFile : undefined;
}

/** The ciphertext of each of the application's own secrets, by name. */
export function sealedSecrets(written: unknown): Record<string, string> {
  const secrets = valueAt(written, ownSecretsPath.slice(1)) ?? {};
  return Object.fromEntries(
    Object.entries(secrets).flatMap(([name, value]) => {
      const ciphertext = ciphertextOf(value);
      return ciphertext === undefined ? [] : [[name, ciphertext]];
    }),
  );
}

/**
 * Finds secrets in plain text, and encrypted values that would not stay secret.
 *
 * @param isSecret whether the stack config encrypts anything of `webnet:backend`
 * @param written as {@link writtenBackend} returns it
 */
export function backendSecrecy(context: Context, isSecret: boolean, written: unknown): Problem[] {
  const names = Object.keys(valueAt(context.input, ownSecretsPath) ?? {});
  if (isSecret && written === undefined)
    return names.length === 0 ? [] : [unknownCiphertexts(context, names)];
  const sealed = written === undefined ? [] : sealedPaths(written, ["backend"]);
  return [
    ...names
      .map((name) => [...ownSecretsPath, name])
      .filter((path) => !isAllSealed(valueAt(written, path.slice(1))))
      .map((path) => ({
        at: configPath(path),
        what: "it stands in the stack config in plain text; take it for known to others, and change it",
        got: got(context, path),
        allowed: "a value that is stored encrypted",
        fix: [settingCommand(context, path, "")],
      })),
    ...sealed.filter((path) => !isSecretPath(path)).map((path) => inVain(context, path)),
  ];
}

function unknownCiphertexts(context: Context, names: readonly string[]): Problem {
  return {
    at: configPath(ownSecretsPath),
    what: `their encrypted form is not known: the webnet:backend that Pulumi handed over is not the one of Pulumi.${context.stack}.yaml`,
    allowed: `encrypted values in Pulumi.${context.stack}.yaml, beside Pulumi.yaml: a release's name is made from their encrypted form. Another file (--config-file) or an environment of Pulumi's can't hold them`,
    fix: names.map((name) => settingCommand(context, [...ownSecretsPath, name], "")),
  };
}

function inVain(context: Context, path: Path): Problem {
  const [, area, name] = path;
  const isVariable = area === "environment" && typeof name === "string";
  const moved = isVariable ? name.toLowerCase().replaceAll("_", ".") : "<name>";
  return {
    at: configPath(path),
    what: "it holds a secret, which would not stay one: this setting is readable in the state and on the engine",
    got: got(context, path),
    allowed: isVariable
      ? `a value in plain text; a secret of the application's own is a file, named by the variable ${fileVariable(moved)}`
      : "a value in plain text",
    fix: [removeCommand(context.stack, path), settingCommand(context, [...ownSecretsPath, moved], "")],
    or: [[settingCommand(context, path, "<value>", "--plaintext")]],
  };
}

/** Checks that each secret has a variable of its own to name its file. */
export function secretsHaveTheirVariables(context: Context, get: Get): Problem[] {
  const names = Object.keys(get(ownSecretsPath) ?? {});
  const environment = Object.keys(get(["backend", "environment"]) ?? {});
  return names.flatMap((name, position) => {
    const path = [...ownSecretsPath, name];
    const variable = fileVariable(name);
    const same = names.slice(0, position).find((other) => fileVariable(other) === variable);
    const taken = environment.find((other) => other.toUpperCase() === variable);
    if (same === undefined && taken === undefined) return [];
    const other = same === undefined ? ["backend", "environment", taken ?? ""] : [...ownSecretsPath, same];
    return [
      {
        at: configPath(path),
        what: `the variable ${variable}, which names its file, would be that of ${configPath(other)} too`,
        got: JSON.stringify(name),
        allowed: 'a name that differs from others in more than ".", "-", "_" and upper case',
        fix: [removeCommand(context.stack, same === undefined ? other : path)],
      },
    ];
  });
}
