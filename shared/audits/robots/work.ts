/**
 * Steps that one question to a robots.txt may take; one is a few nanoseconds, so all of them are some milliseconds.
 * A file of 1,000 wildcard rules that all but match an address of 300 characters stays below.
 */
export const maxSteps = 400_000;

/** What one question costs, counted rather than timed: the same file and address get the same answer on any machine. */
export class Work {
  readonly #most: number;
  #steps = 0;

  constructor(most: number = maxSteps) {
    this.#most = most;
  }

  get steps(): number {
    return this.#steps;
  }

  get isExceeded(): boolean {
    return this.#steps > this.#most;
  }

  spend(steps: number): void {
    this.#steps += steps;
  }
}
