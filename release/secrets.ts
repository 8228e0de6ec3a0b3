import { fileVariable } from "../settings/own-secrets.ts";
import { digestOf } from "../workload/digest.ts";
import { secretsDirectory } from "../workload/names.ts";
import type { Platform } from "../workload/platform.ts";

/** The file with the database's password; its name is that of the property that it sets. */
export const backendPasswordFile = "spring.datasource.password";

/** Purpose of the files with the backends' secrets; it names their volume. */
export const backendSecrets = "backend-secrets";

type Settings = Pick<Platform["settings"], "backend">;

/**
 * Names a set of the application's own secrets: another set is another volume, and so another release, while each release
 * that still runs, or starts again, reads its own. Undefined if there are none: all releases then share one volume.
 *
 * The name shows in volumes, releases and logs. It is made from the ciphertexts and not from the secrets: whoever hashes
 * a list of likely passwords finds nothing, whereas a hash of a weak secret, salted or not, would confirm a right guess.
 * Each encryption has a random part, so a secret that is set anew is another one, even with the same value.
 */
export function secretsVersion({ backend }: Settings): string | undefined {
  const { sealedSecrets } = backend;
  return Object.keys(sealedSecrets).length === 0 ? undefined : digestOf(sealedSecrets);
}

/** Purpose of the files that a release mounts as its secrets. */
export function secretsPurpose(settings: Settings): string {
  const version = secretsVersion(settings);
  return version === undefined ? backendSecrets : `${backendSecrets}-${version}`;
}

/** Names the file of each of the application's own secrets, for frameworks that don't read a tree of files. */
export function secretsEnvironment({ backend }: Settings): Record<string, string> {
  return Object.fromEntries(
    Object.keys(backend.sealedSecrets)
      .sort()
      .map((name) => [fileVariable(name), `${secretsDirectory}/${name}`]),
  );
}
