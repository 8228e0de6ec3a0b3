import words from "made/words.json";

/** Writes a row, reads it back, and describes the result. */
export async function writeRowWithDetails(): Promise<string> {
  const id = `page-${crypto.getRandomValues(new Uint32Array(2)).join("-")}`;
  const written = await fetch("/api/rows", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ id, text: `written by frontend ${import.meta.env.APP_VERSION}, ${oneWord()}` }),
  });
  if (!written.ok) return `The row was not written: HTTP ${written.status}`;
  const found = await fetch(`/api/rows/${id}`);
  return found.ok
    ? `Row ${id} was written and found again.`
    : `Row ${id} was not found: HTTP ${found.status}`;
}

function oneWord(): string {
  return words[Math.floor(Math.random() * words.length)] ?? "";
}
