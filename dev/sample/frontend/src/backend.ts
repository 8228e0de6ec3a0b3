/** How a backend presents itself. */
export interface Version {
  color: string;
  version: string;
}

/** A backend's name as people read it. */
export function nameOf({ color, version }: Version): string {
  return `${version} (${color})`;
}

/** The backend that answers now. */
export async function askVersion(): Promise<Version> {
  const response = await fetch("/api/version", { cache: "no-store" });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return (await response.json()) as Version;
}
