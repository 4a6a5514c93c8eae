import type { Budget } from "./budget.ts";
import { ExpressionError } from "./expression-error.ts";
import { maxUnderWay } from "./limits.ts";
import { createScale } from "./size.ts";

/**
 * Counts what one evaluation does. Time says nothing: no clock goes on while a Worker computes. Once it is over a limit it stays so, which ends
 * branches that JSONata evaluates side by side.
 */
export class Meter {
  readonly #sizeOf = createScale();
  readonly #budgets: readonly Budget[];
  #underWay = 0;

  /** @param budgets its own, and one that it has together with others */
  constructor(budgets: readonly Budget[]) {
    this.#budgets = budgets;
  }

  /** A node begins. @throws ExpressionError */
  enter(): void {
    this.#underWay += 1;
    for (const budget of this.#budgets) budget.step();
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
    for (const budget of this.#budgets) budget.spend(work);
  }
}
