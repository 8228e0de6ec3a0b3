import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../settings/index.ts";

/** The engine's provider, with the registry's credentials where the stack config has them. */
export function engineProvider(settings: Settings): docker.Provider {
  const { engine, registry, registryPassword } = settings;
  return new docker.Provider("engine", {
    ...(engine.host !== undefined && { host: engine.host }),
    ...(registry && {
      registryAuth: [
        {
          address: registry.address,
          username: registry.username,
          password: pulumi.secret(registryPassword ?? ""),
        },
      ],
    }),
  });
}
