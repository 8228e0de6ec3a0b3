/** True for a name by which the gateway answers to every host name, as on one's own machine. */
export function servesEveryHost(name: string): boolean {
  return name === "localhost" || name === "_";
}
