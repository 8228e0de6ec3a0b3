import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import Mocha from "mocha";
import { projectRoot } from "../../host/project.ts";

/** Limits of the list of slowest files: its length, and the least duration of a file in seconds. */
const listed = { most: 10, seconds: 5 };

/** A test or a hook that has ended. */
type Ended = Pick<Mocha.Runnable, "file" | "duration">;

/**
 * Mocha's usual report, extended: it prints the reason of each failure at once, the slowest files and the time of each
 * folder. It writes the totals to the file that `WEBNET_TEST_TOTALS` names.
 */
export default class TotalsReporter extends Mocha.reporters.Spec {
  private readonly milliseconds = new Map<string, number>();

  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const count = ({ file, duration = 0 }: Ended): void => {
      if (file !== undefined)
        this.milliseconds.set(file, (this.milliseconds.get(file) ?? 0) + Math.round(duration));
    };
    runner.on("test end", count).on("hook end", count);
    runner.on("fail", (test: Mocha.Test) => {
      Mocha.reporters.Base.list([test]);
    });
  }

  override done(failures: number, finish: (failures: number) => void): void {
    for (const line of [...slowestFiles(this.milliseconds), ...folderTotals(this.milliseconds)])
      console.log(line);
    const file = process.env["WEBNET_TEST_TOTALS"];
    if (file !== undefined) {
      const { passes, failures: failed } = this.stats;
      writeFileSync(file, JSON.stringify({ passed: passes, failed }));
    }
    finish(failures);
  }
}

/** Lines with the slowest test files. A file's time is that of its tests and hooks, in milliseconds. */
export function slowestFiles(milliseconds: ReadonlyMap<string, number>): string[] {
  const slow = [...milliseconds]
    .map(([file, time]) => ({ name: relative(projectRoot, file), seconds: time / 1000 }))
    .filter(({ seconds }) => seconds >= listed.seconds)
    .sort((one, other) => other.seconds - one.seconds)
    .slice(0, listed.most);
  if (slow.length === 0) return [];
  return [
    "  What took longest:",
    ...slow.map(({ name, seconds }) => `  ${seconds.toFixed(0).padStart(5)} s  ${name}`),
  ];
}

/** Lines with the time of each test folder, such as `test/integration`. None if only one file ran. */
export function folderTotals(milliseconds: ReadonlyMap<string, number>): string[] {
  if (milliseconds.size < 2) return [];
  const totals = new Map<string, { files: number; time: number }>();
  for (const [file, time] of milliseconds) {
    const folder = relative(projectRoot, file).split("/").slice(0, 2).join("/");
    const before = totals.get(folder) ?? { files: 0, time: 0 };
    totals.set(folder, { files: before.files + 1, time: before.time + time });
  }
  return [
    "  By folder:",
    ...[...totals]
      .sort(([, one], [, other]) => other.time - one.time)
      .map(
        ([folder, { files, time }]) =>
          `  ${(time / 1000).toFixed(0).padStart(5)} s  ${folder} (files: ${files})`,
      ),
  ];
}
