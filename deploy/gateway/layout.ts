import { internalPort } from "../../render/nginx.ts";

/** Where the gateway's configuration volume is mounted. */
export const configMount = "/etc/webnet";

/** The directory in that volume that belongs to nginx's user; the volume's own root belongs to root. */
export const configHome = "gateway";

/** The directory with all generations and the pointer to the live one, as the gateway sees it. */
export const configDirectory = `${configMount}/${configHome}`;

/** The file that nginx is started with: `current` is the pointer that a switch moves. */
export const liveConfig = `${configDirectory}/current/nginx.conf`;

/** The ports of the gateway's servers inside its container. */
export const gatewayPorts = { public: 80, internal: internalPort };

/** The user that nginx runs as, in the upstream image as in the local one. */
export const nginxUid = 101;
