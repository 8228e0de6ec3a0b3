import { internalPort } from "../render/nginx.ts";

export { acmeWebroot, frontendMount, internalSocket, presencePort, publicSocket } from "../render/nginx.ts";

/** Where the gateway's configuration volume is mounted. */
export const configMount = "/etc/webnet";

/** The directory in that volume that nginx's user owns; root owns the volume's root. */
export const configHome = "gateway";

/** The directory with all generations and the pointer to the live one, in the gateway's file system. */
export const configDirectory = `${configMount}/${configHome}`;

/** The directory that holds one directory for each generation. */
export const generationsDirectory = `${configDirectory}/generations`;

/** The link to the generation to serve; a switch moves it. */
export const pointer = `${configDirectory}/current`;

/**
 * The configuration file that nginx starts with: a link in its own container, which decides whether it takes
 * connections.
 */
export const ownConfig = "/tmp/nginx.conf";

/** The file in which the edge notes its network namespace at each start. */
export const namespaceNote = `${configDirectory}/namespace`;

/** Shell expression for the network namespace of the current process. */
export const ownNamespace = "$(readlink /proc/self/ns/net)";

/** Shell condition: the edge has restarted in another network. False if the note can't be read. */
export const inDeadNetwork = `note=$(cat ${namespaceNote}) && [ -n "$note" ] && [ "$note" != "${ownNamespace}" ]`;

/** The link in a generation's directory to the frontend of its release. */
export const frontendLink = "frontend";

/** The frontend of the generation that the pointer names. The path is the same in every generation. */
export const newestFrontend = `${pointer}/${frontendLink}`;

/** The link to the frontend of the generation's canary, if it has one. */
export const canaryLink = `${frontendLink}-canary`;

/** The directory of links from names to releases' frontends. Requests name a release by them. */
export const namesDirectory = `${configDirectory}/names`;

/** The file whose presence closes the platform for clients. */
export const maintenanceFile = `${configDirectory}/maintenance`;

/** The directory with each installed certificate, by its digest. */
export const certificatesDirectory = `${configDirectory}/certificates`;

/** The link to the certificate to serve. The path is the same in every generation. */
export const servedCertificate = `${certificatesDirectory}/current`;

/** Where the volume is mounted that certbot shares with the gateway, which only reads it. */
export const acmeMount = "/srv/acme";

/** The directory with each certificate that certbot offers, and the link `current` to the newest. */
export const acmeOffers = `${acmeMount}/offers`;

/** Is there while the gateway takes what certbot offers. Another source of certificates removes it. */
export const takesOffers = `${certificatesDirectory}/takes-offers`;

/** Names the offer that nginx did not take, and says why. */
export const refusedNote = `${certificatesDirectory}/refused`;

/** The ports of the gateway's servers inside its container. */
export const gatewayPorts = { public: 80, tls: 443, internal: internalPort };

/** The user that nginx runs as, in the upstream image and in the local one. */
export const nginxUid = 101;

/** Where nginx buffers request bodies and answers on disk. Every generation's configuration names directories in it. */
export const temporaryMount = "/var/cache/nginx";
