import { z } from "zod";
import { aloneIn } from "../../settings/alone.ts";
import type { Settings } from "../../settings/index.ts";
import { partNames } from "../../settings/parts.ts";
import { publicPath } from "./told-backend.ts";

const part = () => z.enum(partNames).optional();

/** Which part each colour has alone, and what of a backend alone is hidden from clients. */
export const aloneSchema = z.object({
  /** Default: both parts */
  blue: part(),
  green: part(),
  /** Path of the metrics of a backend alone, where it isn't part of the actuator. Default: none */
  metrics: publicPath().optional(),
});

/** See {@link aloneSchema}. */
export type ToldAlone = z.infer<typeof aloneSchema>;

/** What the settings say of it; nothing while every colour has both parts, so that nothing changes there. */
export function toldAlone({ backend, colors }: Settings): { alone?: ToldAlone } {
  const alone = aloneIn(colors);
  const parts = Object.values(alone);
  if (parts.length === 0) return {};
  const { metricsPath } = backend.alone;
  const isInActuator = backend.kind === "spring" && metricsPath?.includes("/actuator/") === true;
  const isHidden = parts.includes("backend") && metricsPath !== undefined && !isInActuator;
  return { alone: { ...alone, ...(isHidden && { metrics: metricsPath }) } };
}
