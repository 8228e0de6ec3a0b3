/** How much the gateway accepts at the same time: what its memory and disk hold, and a fair share for one client. */
export interface GatewayBounds {
  /** Requests, streams and websockets of all clients. */
  requests: number;
  /** The same of one client; 0 is no bound. */
  requestsPerClient: number;
  /** Requests whose body waits on disk, of all clients. */
  uploads: number;
  /** The same of one client. */
  uploadsPerClient: number;
  /** How much of one answer may wait on disk, in KB. */
  answerKilobytes: number;
}

/** What the bounds follow from, in MB except for the last. */
export interface GatewayResources {
  memoryMegabytes: number;
  temporaryMegabytes: number;
  clientMaxBodyMegabytes: number;
  requestsPerClient: number;
  /** Whether it speaks TLS. Default: no */
  tls?: boolean;
  /** Whether bodies go on to the backend as they come, so that none waits on disk. Default: no */
  isStreaming?: boolean;
  /** Room for headers beyond the usual, in KB for each request. Default: 0 */
  headerKilobytes?: number;
}

/** nginx at rest with the workers of two generations. */
const restMegabytes = 24;
/** Share of the memory, and the most of it, that log lines take until the engine has read them. */
const logShare = 1 / 8;
const mostLogMegabytes = 16;
/** Measured: the costliest clients, slow ones that load large compressed files, take 0.17 MB each. */
const requestsPerMegabyte = 4;
/** With TLS each connection has OpenSSL's buffers too, some 0.06 MB. */
const requestsPerMegabyteByTls = 3;
/** nginx's cache of TLS sessions, in MB: room for some 40,000, which all generations share. */
export const sessionMegabytes = 10;
/** Each takes two of a worker's 4096 connections, and one worker may get them all. */
const mostRequests = 2000;
/** Share of the disk space for request bodies; answers get the rest. */
const uploadShare = 0.5;
/** Lines of the largest size that a request's headers may have. */
export const headerLines = 2;
/** Time between the end of the drain and a release's stop signal, in seconds: Pulumi's own work, on a busy host. */
export const stopMarginSeconds = 15;
/** Bodies of the largest size that must have room at the same time. */
export const fewestUploads = 10;

/** Derives the bounds; {@link leastTemporaryMegabytes} says what makes them useful. */
export function gatewayBounds(resources: GatewayResources): GatewayBounds {
  const { memoryMegabytes, temporaryMegabytes, clientMaxBodyMegabytes, requestsPerClient } = resources;
  const { tls = false, isStreaming = false, headerKilobytes = 0 } = resources;
  const takenMegabytes = restMegabytes + logMegabytes(memoryMegabytes) + (tls ? sessionMegabytes : 0);
  const perMegabyte = tls ? requestsPerMegabyteByTls : requestsPerMegabyte;
  const weight = 1 + (headerKilobytes / 1024) * perMegabyte;
  const room = Math.floor(((memoryMegabytes - takenMegabytes) * perMegabyte) / weight);
  const requests = Math.min(room, mostRequests);
  const uploads = isStreaming
    ? requests
    : Math.floor((temporaryMegabytes * uploadShare) / clientMaxBodyMegabytes);
  const answerShare = isStreaming ? 1 : 1 - uploadShare;
  return {
    requests,
    requestsPerClient,
    uploads,
    // So that one client can't keep the others from uploading.
    uploadsPerClient: Math.ceil(uploads / 2),
    answerKilobytes: Math.max(Math.floor((temporaryMegabytes * answerShare * 1024) / requests), 128),
  };
}

/**
 * Memory for the gateway's log lines that the engine has not read yet. Of 16 MB about 12 are free for them, and take
 * the lines of 300 requests a second for 100 s; later lines are lost, and no request waits.
 */
export function logMegabytes(memoryMegabytes: number): number {
  return Math.min(Math.floor(memoryMegabytes * logShare), mostLogMegabytes);
}

/** The least disk space, in MB, that the gateway needs for bodies of this size. */
export function leastTemporaryMegabytes(clientMaxBodyMegabytes: number): number {
  return Math.ceil((clientMaxBodyMegabytes * fewestUploads) / uploadShare);
}
