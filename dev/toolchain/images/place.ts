import { join } from "node:path";
import { ownFolder } from "../../../host/project.ts";

/** The folder of set-up's image tools and caches. Deleting it only costs a rebuild. */
export const imagesFolder = join(ownFolder, "images");
