import type { AsyncCommand } from "fast-check";
import { snapshot, violations, type ServingMay } from "./invariants.ts";
import type { Model } from "./model.ts";
import type { ChaosPlatform } from "./platform.ts";
import { messageOf } from "../../host/message.ts";

/** A step whose result differs from the model. */
export class StepFailed extends Error {
  /** The failed step's number and name. */
  readonly step: string;

  constructor(step: string, problems: readonly string[]) {
    super([`step ${step}:`, ...problems.map((problem) => `  - ${problem}`)].join("\n"));
    this.step = step;
  }
}

/** The result of one step. */
export interface StepReport {
  number: number;
  kind: string;
  /** What it did, in words. */
  name: string;
  seconds: number;
  serving: string;
}

/** Counts and reports the steps of a run. */
export interface Course {
  /** Most steps to take. */
  limit: number;
  done: number;
  report: (report: StepReport) => void;
}

/** A kind of step, with the values that were drawn for it. */
export interface StepKind {
  /** Its name in the summary, e.g. `switch`. */
  kind: string;
  /** What exactly this step does, for the log. */
  describe(model: Model): string;
  /** True if the step makes sense now. Depends on the model alone, so that a seed leads to the same steps again. */
  fits(model: Model): boolean;
  /**
   * Takes the step, on the platform and in the model.
   *
   * @returns what it may have done to the serving container
   * @throws when the result differs from the model
   */
  take(model: Model, platform: ChaosPlatform): Promise<ServingMay>;
}

/** A step as a command of fast-check's model runs. Checks the invariants after the step. */
export class Step implements AsyncCommand<Model, ChaosPlatform> {
  private readonly step: StepKind;
  private readonly course: Course;

  constructor(step: StepKind, course: Course) {
    this.step = step;
    this.course = course;
  }

  check(model: Readonly<Model>): boolean {
    return this.course.done < this.course.limit && this.step.fits(model);
  }

  async run(model: Model, platform: ChaosPlatform): Promise<void> {
    this.course.done += 1;
    const number = this.course.done;
    const name = this.step.describe(model);
    const start = performance.now();
    const before = await snapshot(platform);
    const problems = await this.problems(model, platform, before);
    const seconds = (performance.now() - start) / 1000;
    this.course.report({ number, kind: this.step.kind, name, seconds, serving: model.servingText });
    if (problems.length > 0) throw new StepFailed(`${number}, ${name}`, problems);
  }

  toString(): string {
    return this.step.kind;
  }

  private async problems(
    model: Model,
    platform: ChaosPlatform,
    before: Awaited<ReturnType<typeof snapshot>>,
  ) {
    try {
      const servingMay = await this.step.take(model, platform);
      return await violations(model, platform, before, servingMay);
    } catch (error) {
      const lost = platform.prober.unexcused().map((failure) => `a request was lost: ${failure}`);
      return [messageOf(error), ...lost];
    }
  }
}
