import { writeFileSync } from "node:fs";
import Mocha from "mocha";

/** Mocha's usual report, and the totals in the file that `WEBNET_TEST_TOTALS` names. */
export default class TotalsReporter extends Mocha.reporters.Spec {
  override done(failures: number, finish: (failures: number) => void): void {
    const file = process.env["WEBNET_TEST_TOTALS"];
    if (file !== undefined) {
      const { passes, failures: failed } = this.stats;
      writeFileSync(file, JSON.stringify({ passed: passes, failed }));
    }
    finish(failures);
  }
}
