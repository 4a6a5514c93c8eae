/** One measured number and what it must be. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** `×` for a ratio, or a unit such as `pages/s`. */
  readonly unit: string;
  /** What the value must reach, or must not exceed; a figure without one is shown for information. */
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** A promise about speed or cost, measured as a ratio within one run, so that it means the same on any machine. */
export interface Claim {
  /** What is promised, in one sentence. */
  readonly says: string;
  /** Measures it. `log` takes what a person who watches wants to know meanwhile. */
  readonly run: (log: (line: string) => void) => Promise<readonly Figure[]>;
}

/** Whether a figure keeps its promise; one without a goal always does. */
export const holds = ({ value, atLeast = -Infinity, atMost = Infinity }: Figure): boolean => value >= atLeast && value <= atMost;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = low] = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1);
  return (low + high) / 2;
}
