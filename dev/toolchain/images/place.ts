import { join } from "node:path";
import { ownFolder } from "../../../host/project.ts";

/** The folder of set-up's image tools and caches; deleting it costs a rebuild, nothing else. */
export const imagesFolder = join(ownFolder, "images");
