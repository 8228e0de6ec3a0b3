import { sessionMegabytes } from "../../settings/bounds.ts";
import { block, renderDirectives, type Directive } from "./directives.ts";
import { listenLine, ownContainerAlone, temporaryPaths, type Listening } from "./process.ts";
import { protocolParameter } from "./proxies.ts";
import type { GatewayRoute } from "./route.ts";

/** The files of an installed certificate, in its directory. */
export const certificateFiles = { chain: "chain.pem", key: "key.pem", served: "served.conf" } as const;

// Mozilla's intermediate configuration, guidelines 6.0: https://wiki.mozilla.org/Security/Server_Side_TLS. Every
// OpenSSL that nginx is built with knows these; an unknown name would end nginx.
const ciphers = [
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-CHACHA20-POLY1305",
  "ECDHE-RSA-CHACHA20-POLY1305",
];
/** In the order of Mozilla's list. The hybrid of a classic curve and ML-KEM withstands quantum computers. */
const curves = {
  usual: ["X25519", "prime256v1", "secp384r1"],
  hybrid: ["X25519MLKEM768", "X25519", "prime256v1", "secp384r1"],
};

/** The file in which an nginx notes the curves that its own TLS library knows. */
export const curvesFile = "/tmp/tls-curves.conf";

/** The directive with the curves: those that every TLS library knows, or the hybrid one before them. */
export function curvesWith(set: keyof typeof curves): string {
  return `ssl_ecdh_curve ${curves[set].join(":")};`;
}

/**
 * A configuration that an nginx can only load if it knows the hybrid curve, for `nginx -t`.
 *
 * @param path beginning of the paths of its socket and pid file
 */
export function renderCurvesTest(path: string): string {
  // Without a certificate; none is needed to refuse.
  return renderTest(path, "ssl_reject_handshake on;", curvesWith("hybrid"));
}

function certificateIn(directory: string): Directive[] {
  return [
    `ssl_certificate ${directory}/${certificateFiles.chain};`,
    `ssl_certificate_key ${directory}/${certificateFiles.key};`,
  ];
}

/**
 * A configuration by which nginx loads a pair as at a reload, for `nginx -t`.
 *
 * @param path beginning of the paths of its socket and pid file
 */
export function renderCertificateTest(directory: string, path: string): string {
  return renderTest(path, ...certificateIn(directory));
}

/** A configuration with one server that speaks TLS, for `nginx -t`. */
function renderTest(path: string, ...tls: Directive[]): string {
  return renderDirectives([
    `pid ${path}.pid;`,
    "error_log stderr;",
    block("events"),
    block(
      "http",
      "access_log off;",
      ...temporaryPaths,
      block("server", `listen unix:${path}.sock ssl;`, ...tls),
    ),
  ]);
}

/** How every server with TLS speaks it. None without TLS. */
export function tlsDefaults({ tls, certificateDirectory }: GatewayRoute, listening: Listening): Directive[] {
  if (tls === undefined) return [];
  return [
    ...certificateIn(certificateDirectory),
    "ssl_protocols TLSv1.2 TLSv1.3;",
    `ssl_ciphers ${ciphers.join(":")};`,
    // The edge notes no curves: its nginx is another one, and stands in for minutes at most. The pattern finds no file
    // where an nginx of an earlier webnet reads this; it then takes those that its library prefers.
    listening === "standIn" ? curvesWith("usual") : `include ${curvesFile.replace(".conf", "*.conf")};`,
    // All of them are good: the client knows best which one its processor is fast at.
    "ssl_prefer_server_ciphers off;",
    "ssl_session_timeout 1d;",
    `ssl_session_cache shared:tls:${sessionMegabytes}m;`,
  ];
}

/** Refuses the handshake of a client that asks for an unknown name, or for none. */
export function unknownHandshakes(route: GatewayRoute): Directive {
  return block(
    "server",
    listenLine(route.tlsPort, "ssl default_server", protocolParameter(route)),
    "server_name _;",
    "ssl_reject_handshake on;",
    // For a request whose Host is another name than the one of its handshake.
    block("location /", "return 421;"),
  );
}

/** Where nginx's own container asks which certificate nginx serves. */
export const certificateQuestion = "/.webnet/certificate";

/** Answers {@link certificateQuestion} by a file beside the certificate, which nginx reads together with it. */
export function servedCertificate({ tls, certificateDirectory }: GatewayRoute): Directive[] {
  if (tls === undefined) return [];
  return [
    block(
      `location = ${certificateQuestion}`,
      ownContainerAlone,
      `include ${certificateDirectory}/${certificateFiles.served};`,
    ),
  ];
}

/** Content of the file that answers {@link certificateQuestion}. */
export function servedFile(digest: string): string {
  return `return 200 "${digest}\\n";\n`;
}
