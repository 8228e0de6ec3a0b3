import { Target } from "../../ops/target.ts";
import { localStack } from "../toolchain/environment.ts";

/** The memory of the embedded default's gateway, in MB, which its bounds follow from. */
export const localGatewayMegabytes = new Target(localStack).settings().gateway.limits.memoryMegabytes;
