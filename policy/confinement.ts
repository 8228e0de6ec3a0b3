/** What a container may do and reach, in words of no engine. The rules judge this. */
export interface Confinement {
  name: string;
  /** What it is for: the label `webnet.role`. */
  role: string;
  /** User and group, as numbers. Empty: the image's. */
  user: string;
  /** Further groups. */
  groups: readonly string[];
  capabilities: { added: readonly string[]; dropsAll: boolean };
  privileged: boolean;
  /** Whether its programs may get more rights than the one that starts them. */
  newPrivileges: boolean;
  readOnlyRoot: boolean;
  /** The host's paths that it mounts. */
  hostPaths: readonly string[];
  /** The host's namespaces that it is in, such as `pid`. */
  hostNamespaces: readonly string[];
  devices: readonly string[];
  /** The kernel's filters that are off, as the engine names them. */
  filtersOff: readonly string[];
  /** Limits; 0 is none. Swap counts the memory, too. */
  limits: { memoryMegabytes: number; swapMegabytes: number; cpus: number; processes: number };
  /** The addresses of the host that its ports are published on. */
  addresses: readonly string[];
  /** The most that its log takes. 0: it has no bound */
  logMegabytes: number;
  healthChecked: boolean;
}
