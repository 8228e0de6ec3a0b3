import { readFileSync } from "node:fs";
import { answerJson } from "./answer.ts";
import { identity, type Application, type Call } from "./application.ts";

/**
 * Answers the length of each of the application's own secrets, read anew at each request: enough to tell which one a
 * release has, and nothing to log in with.
 */
export function answerSecrets(app: Application, { response }: Call): void {
  const lengths = Object.entries(app.settings.secretFiles).map(([name, file]) => [
    name,
    readFileSync(file, "utf8").length,
  ]);
  answerJson(response, 200, { secrets: Object.fromEntries(lengths) as object, ...identity(app.settings) });
}
