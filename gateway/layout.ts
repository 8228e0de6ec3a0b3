import { internalPort } from "../render/nginx.ts";

export { frontendMount, internalSocket, presencePort, publicSocket } from "../render/nginx.ts";

/** Where the gateway's configuration volume is mounted. */
export const configMount = "/etc/webnet";

/** The directory in that volume that belongs to nginx's user; the volume's own root belongs to root. */
export const configHome = "gateway";

/** The directory with all generations and the pointer to the live one, as the gateway sees it. */
export const configDirectory = `${configMount}/${configHome}`;

/** The directory with a directory for each generation. */
export const generationsDirectory = `${configDirectory}/generations`;

/** The link to the generation that is to be served, which a switch moves. */
export const pointer = `${configDirectory}/current`;

/** The file that nginx is started with, a link of its container's own: it says whether this nginx takes connections. */
export const ownConfig = "/tmp/nginx.conf";

/** Where the edge notes which network namespace it holds, each time that it starts. */
export const namespaceNote = `${configDirectory}/namespace`;

/** What the shell says of the network that a process is in. */
export const ownNamespace = "$(readlink /proc/self/ns/net)";

/** A condition of the shell: the edge was started again since, in another network. A note that can't be read says nothing. */
export const inDeadNetwork = `note=$(cat ${namespaceNote}) && [ -n "$note" ] && [ "$note" != "${ownNamespace}" ]`;

/** The link in a generation's directory to the frontend of its release. */
export const frontendLink = "frontend";

/** The frontend of the generation that the pointer names, the same path in every generation. */
export const newestFrontend = `${pointer}/${frontendLink}`;

/** The link to its canary's, where it has one. */
export const canaryLink = `${frontendLink}-canary`;

/** The directory of links from names to releases' frontends, by which a release is looked at. */
export const namesDirectory = `${configDirectory}/names`;

/** The ports of the gateway's servers inside its container. */
export const gatewayPorts = { public: 80, internal: internalPort };

/** The user that nginx runs as, in the upstream image as in the local one. */
export const nginxUid = 101;

/** Where bodies and answers wait on disk; every generation's configuration names folders in it. */
export const temporaryMount = "/var/cache/nginx";
