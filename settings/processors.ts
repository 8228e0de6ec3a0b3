/**
 * A number of processors as the released provider reads it back ("1.0", "0.25", and "10." for 10). Any other form would
 * replace the container at each run.
 */
export function processors(cpus: number): string {
  const nine = cpus.toFixed(9);
  // With nine zeros in this text, the provider keeps one digit after the point.
  if (nine.split("0").length - 1 === 9) return cpus.toFixed(1);
  return nine.replace(/0+$/, "");
}

/** Whether the provider reads back the same number. Of 0.05 it reads "0.1", of 10.05 "10.1". */
export function isReadBack(cpus: number): boolean {
  return Number(processors(cpus)) === cpus;
}
