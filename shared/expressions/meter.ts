import { ExpressionError } from "./expression-error.ts";
import { maxSteps, maxUnderWay, maxWork } from "./limits.ts";
import { createScale } from "./size.ts";

/**
 * Counts what one evaluation does. Time says nothing: no clock goes on while a Worker computes. Once it is over a limit it stays so, which ends
 * branches that JSONata evaluates side by side.
 */
export class Meter {
  readonly #sizeOf = createScale();
  #steps = 0;
  #underWay = 0;
  #work = 0;

  /** A node begins. @throws ExpressionError */
  enter(): void {
    this.#steps += 1;
    this.#underWay += 1;
    if (this.#steps > maxSteps) throw new ExpressionError(`The expression takes more than ${maxSteps} steps.`);
    if (this.#underWay > maxUnderWay) throw new ExpressionError("The expression calls itself too deeply.");
  }

  /** A node came to a value. @throws ExpressionError */
  leave(value: unknown): void {
    this.#underWay -= 1;
    this.weigh(value);
  }

  /** Counts a value that is about to be used, or was made. @throws ExpressionError */
  weigh(value: unknown): void {
    this.spend(this.#sizeOf(value));
  }

  /** @throws ExpressionError */
  spend(work: number): void {
    this.#work += work;
    if (this.#work > maxWork) throw new ExpressionError("The expression does too much with values that are too large.");
  }
}
