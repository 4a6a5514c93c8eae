/** Characters of an expression. */
export const maxLength = 4_000;
/** Brackets, and later nodes of the tree, within one another. */
export const maxDepth = 100;
/** `??` and `?:` of which one stands on the left of the next: the parser copies what stands there, twice as much each time. */
export const maxDefaults = 3;
/** Nodes of the tree, copies included: what one compiled expression keeps. */
export const maxNodes = 10_000;
/** Nodes of all trees that are kept: some megabytes of the 128 MB of an isolate. */
export const maxKeptNodes = 30_000;
/** Nodes that are evaluated, however often the same one is, unless whoever asks grants fewer. */
export const maxSteps = 20_000;
/** Evaluations that have begun and not ended. Without recursion there are no more of them than nodes. */
export const maxUnderWay = 2_500;
/** Characters of one text. */
export const maxText = 100_000;
/** Items of one list. */
export const maxItems = 10_000;
/** Size (`sizeOf`) of one value with all that is in it, however often the same thing is in it. */
export const maxSize = 50_000;
/** Sizes of all values that come of any step, together, for each step that may be taken: what bounds both time and memory. With `maxSteps`, 500,000. */
export const workPerStep = 25;
/** Integers at the ends of a range: far from those beyond which adding one changes nothing. */
export const maxRangeEnd = 1_000_000;
/** Bytes of the result, as JSON. */
export const maxResultBytes = 256 * 1_024;
/** Characters of what says how a number or a time is written. */
export const maxPicture = 100;
