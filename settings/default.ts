/** A default and the reason for it; the reference table (docs/settings.md) prints both. */
export interface Default<T> {
  value: T;
  why: string;
}

/** How often an engine checks a container, and when it takes the container for unhealthy. */
export interface HealthDefaults {
  intervalSeconds: Default<number>;
  timeoutSeconds: Default<number>;
  retries: Default<number>;
  startPeriodSeconds: Default<number>;
}

/** The most that one container may use. */
export interface LimitsDefaults {
  memoryMegabytes: Default<number>;
  cpus: Default<number>;
}

/** A default with its reason. */
export function because<T>(value: T, why: string): Default<T> {
  return { value, why };
}

const oneCpu = because(1, "an engine refuses more than its host has, and the smallest host has one");

/** Default limits of a container, with the reason for its memory. */
export function limitsBecause(memoryMegabytes: number, why: string, cpus = oneCpu): LimitsDefaults {
  return { memoryMegabytes: because(memoryMegabytes, why), cpus };
}
