import { z } from "zod";
import { defaults } from "../defaults.ts";
import { ofMonitoring } from "../services.ts";
import { dataVolume } from "./data-volume.ts";
import { bindAddress, count, limits, optional, port, seconds, withDefault } from "./fields.ts";
import { domain } from "./names.ts";

/** What watches the rest. */
export const monitoring = z
  .strictObject({
    bindAddress: withDefault(
      bindAddress(),
      defaults.monitoring.bindAddress,
      "Address of the host that Prometheus listens on.",
    ),
    prometheusPort: withDefault(
      port(),
      defaults.monitoring.prometheusPort,
      "Port of the host for Prometheus.",
    ),
    host: optional(
      domain(),
      "Host name by which the gateway leads to Prometheus. A rule of `gateway.access` must close it. With `gateway.tls` the certificate must name it too.",
      "none: only `monitoring.prometheusPort` leads there",
    ),
    dataVolume: dataVolume("Prometheus's samples", "prometheus-data"),
    scrapeIntervalSeconds: withDefault(
      seconds(1, 120),
      defaults.monitoring.scrapeIntervalSeconds,
      "Seconds between two samples. Over 120, one that fails leaves gaps in every graph.",
    ),
    retentionDays: withDefault(
      count(1, 3650, "days"),
      defaults.monitoring.retentionDays,
      "Days that samples are kept.",
    ),
    retentionSizeGigabytes: withDefault(
      count(1, 10_240, "gigabytes"),
      defaults.monitoring.retentionSizeGigabytes,
      "Disk space of samples; the oldest go first.",
    ),
    limits: z
      .strictObject(
        ofMonitoring(({ words, leastMegabytes, defaults: ofService }) =>
          limits(words.limits, leastMegabytes, ofService),
        ),
      )
      .prefault({}),
  })
  .prefault({});
