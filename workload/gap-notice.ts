// Loads nothing: the operator's commands use this file to find these words in Pulumi's output.

const beginning = "This update makes ";

/** The preview's notice that the update makes a container anew which can't overlap its predecessor. */
export function gapNotice(name: string, gap: string): string {
  return `${beginning}${name} anew. ${gap}`;
}

/** Whether a text is such a notice. */
export function isGapNotice(text: string): boolean {
  return text.startsWith(beginning);
}
