/** The colour and version that a backend reports. */
export interface Version {
  color: string;
  version: string;
}

/** A backend's name for the page. */
export function nameOf({ color, version }: Version): string {
  return `${version} (${color})`;
}

/** Asks which backend answers now. Throws an Error if the answer has a failure status. */
export async function askVersion(): Promise<Version> {
  const response = await fetch("/api/version", { cache: "no-store" });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return (await response.json()) as Version;
}
