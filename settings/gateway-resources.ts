import { headerLines, type GatewayResources } from "./bounds.ts";
import { defaults } from "./defaults.ts";
import type { Settings } from "./parse.ts";
import { largestBodyMegabytes } from "./routes.ts";

/** What a stack's settings say of the gateway's resources. */
export function gatewayResources(gateway: Settings["gateway"]): GatewayResources {
  const { requestHeaderKilobytes: request, answerHeaderKilobytes: answer, uploads, tls, limits } = gateway;
  const usual = defaults.gateway;
  return {
    ...gateway,
    clientMaxBodyMegabytes: largestBodyMegabytes(gateway),
    memoryMegabytes: limits.memoryMegabytes,
    tls: tls !== undefined,
    isStreaming: uploads === "streamed",
    headerKilobytes:
      Math.max(0, request - usual.requestHeaderKilobytes.value) * headerLines +
      Math.max(0, answer - usual.answerHeaderKilobytes.value),
  };
}
