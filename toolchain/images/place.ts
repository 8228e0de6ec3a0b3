import { join } from "node:path";

/** The folder of set-up's image tools and caches; deleting it costs a rebuild, nothing else. */
export const imagesFolder = join(import.meta.dirname, "..", "..", ".webnet", "images");
