import type { LimitedCaller } from "./caller.ts";
import type { Charges } from "./charge.ts";
import type { LimitDecision } from "./limit-checker.ts";

/** Limits that a caller's request was asked for. The answer may still be on its way; it never fails. */
export interface Asked {
  readonly caller: LimitedCaller;
  readonly charges: Charges;
  readonly decision: Promise<LimitDecision>;
}
