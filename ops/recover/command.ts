import type { OpsCommand } from "../command.ts";
import { recover } from "./recover.ts";

/** `npm run ops -- recover`. */
export const recoverCommand: OpsCommand = {
  summary: "heals what an interrupted update or a lost state left, without touching what serves",
  options: [
    ["--dry-run", "only says what it would do"],
    ["--yes", "doesn't ask whether the selected stack is meant, where --stack names none"],
    ["--break-lock", "breaks the lock of an update on another host, which you know to be dead"],
  ],
  examples: [
    ["--dry-run --stack prod", "what it finds, and what it would do"],
    ["--stack prod", "heals it; then: pulumi up"],
  ],
  onlyLooks: (values) => values["dry-run"] === true,
  async run(target, values, say) {
    const { next } = await recover(target, {
      report: say,
      dryRun: values["dry-run"] === true,
      breakLock: values["break-lock"] === true,
    });
    say(next);
  },
};
