/** Lines of a shell script that fail, and name the program, if the image lacks one of these. */
export function requirePrograms(programs: readonly string[]): string[] {
  return [
    `for program in ${programs.join(" ")}; do`,
    '  command -v "$program" > /dev/null || { echo "the image has no $program" >&2; exit 1; }',
    "done",
  ];
}
