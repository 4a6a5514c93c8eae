import type { LimitName } from "../../../shared/platform/index.ts";
import type { LimitedCaller } from "./caller.ts";
import type { Judgement } from "./judge.ts";

/** A limit that was asked for a caller. The answer may still be on its way; it never fails. */
export interface Asked {
  readonly caller: LimitedCaller;
  readonly limit: LimitName;
  readonly judgement: Promise<Judgement>;
}
