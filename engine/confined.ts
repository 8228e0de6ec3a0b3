import type Docker from "dockerode";

const megabyte = 1024 * 1024;
/** A step packs, removes or lists files, or tests nginx's configuration: some megabytes, and the kernel's cache of files. */
const memoryMegabytes = 256;
/** A shell and what it calls. */
const processes = 64;
/** Half of what the engine gives a container that asks for nothing: what serves comes first. */
const cpuShares = 512;

/**
 * What every container gets that works for a moment: no network, no capability, a root that can't be written, and limits
 * of memory, processes and its share of the processors.
 *
 * @param further what this one needs besides, or in place of it
 */
export function confined(further: Docker.HostConfig = {}): Docker.HostConfig {
  return {
    NetworkMode: "none",
    ReadonlyRootfs: true,
    CapDrop: ["ALL"],
    SecurityOpt: ["no-new-privileges:true"],
    Memory: memoryMegabytes * megabyte,
    MemorySwap: memoryMegabytes * megabyte,
    CpuShares: cpuShares,
    PidsLimit: processes,
    ...further,
  };
}
