import type { AsyncCommand } from "fast-check";
import { snapshot, violations, type ServingMay } from "./invariants.ts";
import type { Model } from "./model.ts";
import type { ChaosPlatform } from "./platform.ts";
import { messageOf } from "../../host/message.ts";

/** A step went otherwise than the model says, or left something that must not be. */
export class StepFailed extends Error {
  /** The failed step's number and name. */
  readonly step: string;

  constructor(step: string, problems: readonly string[]) {
    super([`step ${step}:`, ...problems.map((problem) => `  - ${problem}`)].join("\n"));
    this.step = step;
  }
}

/** How one step went. */
export interface StepReport {
  number: number;
  kind: string;
  /** What it did, in words. */
  name: string;
  seconds: number;
  serving: string;
}

/** Where the steps of a run are counted and told of. */
export interface Course {
  /** No more steps than this. */
  limit: number;
  done: number;
  report: (report: StepReport) => void;
}

/** What a kind of step is, made of what was drawn for it. */
export interface StepKind {
  /** What it does, e.g. `switch`. Told in the summary. */
  kind: string;
  /** What just this one does to the model's platform, for the log. */
  describe(model: Model): string;
  /** Whether it makes sense now. Asks the model alone, so that a seed leads the same way again. */
  fits(model: Model): boolean;
  /**
   * Does it, to the platform and to the model.
   *
   * @returns what it may have done to the container that serves
   * @throws when it comes out otherwise than the model says
   */
  take(model: Model, platform: ChaosPlatform): Promise<ServingMay>;
}

/** A step as fast-check's model runs take it: the invariants are looked at after each one. */
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
