import { ExpressionError } from "./expression-error.ts";
import { maxSteps, workPerStep } from "./limits.ts";

/** What one evaluation, or several together, may do: so many steps, and work in proportion. Once it is spent it stays so. */
export class Budget {
  readonly #steps: number;
  #stepsLeft: number;
  #workLeft: number;

  constructor(steps: number = maxSteps) {
    this.#steps = steps;
    this.#stepsLeft = steps;
    this.#workLeft = steps * workPerStep;
  }

  /** @throws ExpressionError */
  step(): void {
    this.#stepsLeft -= 1;
    if (this.#stepsLeft < 0) throw new ExpressionError(`The expression takes more than ${this.#steps} steps.`);
  }

  /** @throws ExpressionError */
  spend(work: number): void {
    this.#workLeft -= work;
    if (this.#workLeft < 0) throw new ExpressionError("The expression does too much with values that are too large.");
  }

  /** Nothing more can be done. */
  get isSpent(): boolean {
    return this.#stepsLeft <= 0 || this.#workLeft <= 0;
  }
}
