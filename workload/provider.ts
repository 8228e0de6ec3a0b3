import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../settings/index.ts";

/**
 * The engine's provider, with the registry's credentials where the stack config has them.
 *
 * @param sshOptions options of its ssh, where it reaches the engine by that
 */
export function engineProvider(settings: Settings, sshOptions: readonly string[]): docker.Provider {
  const { engine, registry, registryPassword } = settings;
  return new docker.Provider("engine", {
    ...(engine.host !== undefined && { host: engine.host }),
    ...(sshOptions.length > 0 && { sshOpts: [...sshOptions] }),
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
