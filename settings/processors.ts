/**
 * A number of processors as the released provider reads it back ("1.0", "0.25", and "10." for 10): written otherwise, it
 * would replace the container at each run.
 */
export function processors(cpus: number): string {
  const nine = cpus.toFixed(9);
  // That provider takes nine zeros for a number with one digit after the point.
  if (nine.split("0").length - 1 === 9) return cpus.toFixed(1);
  return nine.replace(/0+$/, "");
}

/** Whether that is still the same number, which 0.05 ("0.1") and 10.05 ("10.1") are not. */
export function isReadBack(cpus: number): boolean {
  return Number(processors(cpus)) === cpus;
}
