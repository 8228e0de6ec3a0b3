import type { Get, IsBroken } from "./get.ts";
import { configPath } from "./commands.ts";
import { allowedAt, got, placeholderAt, settingCommand, type Context } from "./explain.ts";
import type { Problem } from "./problem.ts";
import { registryName } from "./registry-names.ts";
import type { Path } from "./shape.ts";

const paths = {
  registry: ["registry"],
  password: ["registryPassword"],
  registries: ["registries"],
  passwords: ["registryPasswords"],
} as const;

/** Checks that every registry has its password, every password its registry, and that none is there twice. */
export function registriesHaveTheirPasswords(context: Context, get: Get, isBroken: IsBroken): Problem[] {
  return [
    ...oneHasItsPassword(context, get, isBroken),
    ...eachHasItsPassword(context, get, isBroken),
    ...noneIsThereTwice(context, get, isBroken),
  ];
}

function oneHasItsPassword(context: Context, get: Get, isBroken: IsBroken): Problem[] {
  if (isBroken(paths.registry) || isBroken(paths.password)) return [];
  const hasRegistry = get(paths.registry) !== undefined;
  if (hasRegistry === (get(paths.password) !== undefined)) return [];
  const [missing, present] = hasRegistry
    ? [paths.password, paths.registry]
    : [paths.registry, paths.password];
  return [
    {
      at: configPath(missing),
      what: `it is missing, and ${configPath(present)} is of no use without it`,
      allowed: allowedAt(context, missing),
      fix: hasRegistry
        ? [settingCommand(context, missing, "")]
        : ["address", "username"].map((key) =>
            settingCommand(context, [...missing, key], placeholderAt(context, [...missing, key])),
          ),
    },
  ];
}

function eachHasItsPassword(context: Context, get: Get, isBroken: IsBroken): Problem[] {
  if (isBroken(paths.registries) || isBroken(paths.passwords)) return [];
  const addresses = listed(get).map(({ address }) => address);
  const passwords = Object.keys(get(paths.passwords) ?? {});
  const withoutPassword = addresses
    .filter((address) => !passwords.includes(address))
    .map((address) => {
      const path = [...paths.passwords, address];
      return {
        at: configPath(path),
        what: `it is missing, and ${configPath(paths.registries)} has ${address}, which is of no use without it`,
        allowed: "a password or access token",
        fix: [settingCommand(context, path, "")],
      };
    });
  const withoutRegistry = passwords
    .filter((address) => !addresses.includes(address))
    .map((address, position) => {
      const path = [...paths.registries, addresses.length + position];
      return {
        at: configPath(paths.registries),
        what: `it has no ${address}, and ${configPath([...paths.passwords, address])} is of no use without it`,
        allowed: allowedAt(context, paths.registries),
        fix: [
          settingCommand(context, [...path, "address"], address),
          settingCommand(context, [...path, "username"], "<user>"),
        ],
      };
    });
  return [...withoutPassword, ...withoutRegistry];
}

function noneIsThereTwice(context: Context, get: Get, isBroken: IsBroken): Problem[] {
  const first = get([...paths.registry, "address"]);
  const all: { path: Path; address: unknown }[] = [
    { path: [...paths.registry, "address"], address: first },
    ...(isBroken(paths.registries) ? [] : listed(get)).map(({ address }, position) => ({
      path: [...paths.registries, position, "address"],
      address,
    })),
  ];
  return all.flatMap(({ path, address }, position) => {
    const same = all
      .slice(0, position)
      .find((other) => registryName(String(other.address)) === registryName(String(address)));
    if (same === undefined || address === undefined) return [];
    return [
      {
        at: configPath(path),
        what: `the same registry as ${configPath(same.path)}`,
        got: got(context, path),
        allowed: "a registry that no other login is for",
        fix: [`pulumi config rm --path '${configPath(path.slice(0, -1))}' --stack ${context.stack}`],
      },
    ];
  });
}

function listed(get: Get): { address: string }[] {
  return (get(paths.registries) ?? []) as { address: string }[];
}
