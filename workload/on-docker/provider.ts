import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { engineAddress } from "../../engine/address.ts";
import type { Settings } from "../../settings/index.ts";
import { providerAddresses, registryLogins } from "../../settings/registries.ts";

/**
 * Pulumi's provider for the engine, with the registries' credentials from the stack config.
 *
 * @param sshOptions options of its ssh, if it reaches the engine by ssh
 */
export function engineProvider(settings: Settings, sshOptions: readonly string[]): docker.Provider {
  const registryAuth = registryLogins(settings).flatMap(({ address, username, password }) =>
    providerAddresses(address).map((known) => ({
      address: known,
      username,
      password: pulumi.secret(password),
    })),
  );
  return new docker.Provider("engine", {
    // The provider's own default differs if ~/.docker has a socket.
    host: engineAddress(settings.engine.host),
    ...(sshOptions.length > 0 && { sshOpts: [...sshOptions] }),
    ...(registryAuth.length > 0 && { registryAuth }),
  });
}
