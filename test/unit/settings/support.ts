import assert from "node:assert/strict";
import { parseSettings, SettingsError } from "../../../settings/index.ts";

/** A stack config, or a part of one. */
export type Config = Record<string, unknown>;

/** The least that a stack config must have. */
export const smallest: Readonly<Config> = {
  domain: "www.example.com",
  activeColor: "blue",
  colors: { blue: { backendTag: "sha-1", frontendTag: "sha-1" } },
  images: { backend: "ghcr.io/example/web-backend", frontend: "ghcr.io/example/web-frontend" },
};

/** The smallest config with other values at some dotted paths; `undefined` removes a value. */
export function changed(changes: Config): Config {
  const config = structuredClone(smallest);
  for (const [dotted, value] of Object.entries(changes)) put(config, dotted.split("."), value);
  return config;
}

function put(into: Config, [key = "", ...below]: string[], value: unknown): void {
  if (below.length > 0) put((into[key] ??= {}) as Config, below, value);
  else if (value === undefined) Reflect.deleteProperty(into, key);
  else into[key] = value;
}

/** The message of the error that refuses a config. */
export function refusal(config: Config, secret: readonly string[] = []): string {
  try {
    parseSettings(config, "prod", new Set(secret));
  } catch (error) {
    assert.ok(error instanceof SettingsError);
    return error.message;
  }
  throw new assert.AssertionError({ message: "the config is accepted" });
}

/** Declares a test: the changes make the smallest config bad, and the message is this one block. */
export function refuses(name: string, changes: Config, block: string, secret: readonly string[] = []): void {
  it(`refuses ${name}`, () => {
    const message = refusal(changed(changes), secret);
    assert.equal(message, `The configuration of stack "prod" has a problem:\n\n${block.trim()}`);
  });
}
