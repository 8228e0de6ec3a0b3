/** The version of the page that a reload would load now. Undefined if the answer is an error. */
export async function askPageVersion(): Promise<string | undefined> {
  const response = await fetch("/", { cache: "no-store" });
  if (!response.ok) return undefined;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return page.querySelector<HTMLMetaElement>('meta[name="webnet-version"]')?.content;
}
