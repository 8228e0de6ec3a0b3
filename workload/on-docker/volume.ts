import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { VolumeHandle } from "../handles.ts";
import { dataVolumeName } from "../names.ts";
import type { Platform } from "../platform.ts";
import { dataLabel, platformLabels } from "../labels.ts";
import { labelList } from "./label-list.ts";

/** A volume whose content webnet makes, and can make again. */
export function ownVolume(
  logicalName: string,
  platform: Platform,
  { name, role }: { name: string; role: string },
  parent: pulumi.Resource,
): VolumeHandle {
  const labels = labelList(platformLabels(platform, role));
  return { name, resource: new docker.Volume(logicalName, { name, labels }, { parent }) };
}

/** A volume that `pulumi destroy` leaves, and that the next `pulumi up` finds again by its fixed name. */
export function dataVolume(
  logicalName: string,
  platform: Platform,
  { role, setting }: { role: string; setting: string | undefined },
  parent: pulumi.Resource,
): VolumeHandle {
  const name = dataVolumeName(platform.prefix, role, setting);
  const resource = new docker.Volume(
    logicalName,
    { name, labels: labelList({ ...platformLabels(platform, role), [dataLabel]: "true" }) },
    {
      parent,
      retainOnDelete: true,
      protect: platform.settings.data.protect,
      // A volume that another system made keeps its labels and options; a difference would replace it.
      ignoreChanges: ["labels", "driverOpts"],
      // Only another name replaces the volume. To delete the old one first, Pulumi would first delete its container,
      // untried.
      deleteBeforeReplace: false,
    },
  );
  return { name, resource };
}
