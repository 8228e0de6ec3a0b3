// Loads nothing, for the operator's commands: they find these words among those that Pulumi prints.

const beginning = "This update makes ";

/** How a preview says that a container is made anew which can't overlap its predecessor. */
export function gapNotice(name: string, gap: string): string {
  return `${beginning}${name} anew. ${gap}`;
}

/** Whether a text is such a notice. */
export function isGapNotice(text: string): boolean {
  return text.startsWith(beginning);
}
