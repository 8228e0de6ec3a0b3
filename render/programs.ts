/** Lines of a shell's script that ends, and names it, where the image lacks one of these programs. */
export function requirePrograms(programs: readonly string[]): string[] {
  return [
    `for program in ${programs.join(" ")}; do`,
    '  command -v "$program" > /dev/null || { echo "the image has no $program" >&2; exit 1; }',
    "done",
  ];
}
