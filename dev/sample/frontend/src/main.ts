import "./style.css";
import { askVersion, nameOf } from "./backend.ts";
import { element } from "./element.ts";
import { listen } from "./events.ts";
import { showFiles } from "./files.ts";
import { askPageVersion } from "./update.ts";

const refreshMilliseconds = 2000;
const ownVersion = import.meta.env.APP_VERSION;

async function showBackend(): Promise<void> {
  try {
    const backend = await askVersion();
    element("backend").textContent = nameOf(backend);
    document.body.dataset.color = backend.color;
  } catch (error) {
    element("backend").textContent = error instanceof Error ? error.message : String(error);
  }
}

async function showUpdate(): Promise<void> {
  const served = await askPageVersion().catch(() => undefined);
  element("update").hidden = served === undefined || served === ownVersion;
  element("update-version").textContent = served ?? "";
}

async function refresh(): Promise<void> {
  await Promise.all([showBackend(), showUpdate()]);
  setTimeout(() => void refresh(), refreshMilliseconds);
}

async function writeRow(): Promise<void> {
  try {
    // The page loads this chunk on demand. By then another release may have superseded the release of this page.
    const { writeRowWithDetails } = await import("./details.ts");
    element("details").textContent = await writeRowWithDetails();
  } catch {
    element("details").textContent = "That didn't work. Reload the page and try again.";
  }
}

element("frontend").textContent = ownVersion;
element("more").addEventListener("click", () => void writeRow());
element("reload").addEventListener("click", () => {
  location.reload();
});
listen((tick) => {
  element("events").textContent = `${tick.count} from ${nameOf(tick)}`;
});
void refresh();
void showFiles();
