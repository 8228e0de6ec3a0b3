/**
 * The oldest nginx that can be the gateway. 1.27.4 brought `keepalive_min_timeout`; without it a reload resets idle
 * connections.
 */
export const leastNginx = { major: 1, minor: 27, patch: 4 } as const;

/** The same in words. */
export const leastNginxInWords = `${leastNginx.major}.${leastNginx.minor}.${leastNginx.patch} or newer`;
