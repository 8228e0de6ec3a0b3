import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { engineAddress } from "../../engine/address.ts";
import type { Settings } from "../../settings/index.ts";
import { providerAddresses, registryLogins } from "../../settings/registries.ts";

/**
 * The engine's provider, with the registries' credentials where the stack config has them.
 *
 * @param sshOptions options of its ssh, where it reaches the engine by that
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
    // Its own default is another one where ~/.docker has a socket.
    host: engineAddress(settings.engine.host),
    ...(sshOptions.length > 0 && { sshOpts: [...sshOptions] }),
    ...(registryAuth.length > 0 && { registryAuth }),
  });
}
