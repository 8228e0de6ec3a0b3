import "./style.css";

interface Version {
  color: string;
  version: string;
}

const refreshMilliseconds = 2000;

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`index.html has no element "${id}"`);
  return found;
}

async function showBackend(): Promise<void> {
  try {
    const response = await fetch("/api/version", { cache: "no-store" });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    const { color, version } = (await response.json()) as Version;
    element("backend").textContent = `${version} (${color})`;
    document.body.dataset.color = color;
  } catch (error) {
    element("backend").textContent = error instanceof Error ? error.message : String(error);
  }
}

async function writeRow(): Promise<void> {
  const { writeRowWithDetails } = await import("./details.ts");
  element("details").textContent = await writeRowWithDetails();
}

element("frontend").textContent = import.meta.env.APP_VERSION;
element("more").addEventListener("click", () => void writeRow());
setInterval(() => void showBackend(), refreshMilliseconds);
void showBackend();
