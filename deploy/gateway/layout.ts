import { internalPort } from "../../render/nginx.ts";

export { frontendMount } from "../../render/nginx.ts";

/** Where the gateway's configuration volume is mounted. */
export const configMount = "/etc/webnet";

/** The directory in that volume that belongs to nginx's user; the volume's own root belongs to root. */
export const configHome = "gateway";

/** The directory with all generations and the pointer to the live one, as the gateway sees it. */
export const configDirectory = `${configMount}/${configHome}`;

/** The directory with a directory for each generation. */
export const generationsDirectory = `${configDirectory}/generations`;

/** The file that nginx is started with: `current` is the pointer that a switch moves. */
export const liveConfig = `${configDirectory}/current/nginx.conf`;

/** The link in a generation's directory to the frontend of its release. */
export const frontendLink = "frontend";

/** The frontend of the generation that the pointer names, the same path in every generation. */
export const newestFrontend = `${configDirectory}/current/${frontendLink}`;

/** The link to its canary's, where it has one. */
export const canaryLink = `${frontendLink}-canary`;

/** The directory of links from names to releases' frontends, by which a release is looked at. */
export const namesDirectory = `${configDirectory}/names`;

/** The ports of the gateway's servers inside its container. */
export const gatewayPorts = { public: 80, internal: internalPort };

/** The user that nginx runs as, in the upstream image as in the local one. */
export const nginxUid = 101;
