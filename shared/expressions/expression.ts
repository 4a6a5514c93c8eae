import { AppError } from "../platform/index.ts";
import { Budget } from "./budget.ts";
import { compile, meterName } from "./compile.ts";
import { ExpressionError, problemOf } from "./expression-error.ts";
import { formatFunctions } from "./functions/formats.ts";
import { listFunctions } from "./functions/lists.ts";
import { refusedFunctions } from "./functions/names.ts";
import { textFunctions } from "./functions/texts.ts";
import { maxResultBytes } from "./limits.ts";
import { Meter } from "./meter.ts";
import { isFunction } from "./size.ts";

/** What is wrong with an expression (JSONata), in a sentence for whoever wrote it; null when it may be evaluated. */
export function checkExpression(text: string): string | null {
  try {
    compile(text);
    return null;
  } catch (error) {
    return problemOf(error);
  }
}

interface Allowance {
  /** Nodes that may be evaluated; `maxSteps` when absent. */
  readonly steps?: number | undefined;
  /** What this may do together with other evaluations. */
  readonly together?: Budget | undefined;
}

/**
 * What an expression makes of a value, as plain JSON of 256 KB at most; undefined where it makes nothing. Whoever wrote the expression may wish us ill: it
 * reaches nothing but a copy of the input, and ends after so many steps, with values of such a size (`limits.ts`).
 * @throws AppError `invalid`, not retryable, that says what is wrong and where
 */
export async function evaluate(text: string, input: unknown, { steps, together }: Allowance = {}): Promise<unknown> {
  try {
    const expression = compile(text);
    const meter = new Meter([new Budget(steps), ...(together === undefined ? [] : [together])]);
    const given = copyOf(input);
    meter.weigh(given);
    const refused = Object.fromEntries([...refusedFunctions.keys()].map((name) => [name, undefined]));
    const result: unknown = await expression.evaluate(given, {
      ...refused,
      ...textFunctions(meter),
      ...listFunctions(meter),
      ...formatFunctions(meter),
      [meterName]: meter,
    });
    return resultOf(result);
  } catch (cause) {
    throw new AppError("invalid", problemOf(cause), { retryable: false });
  }
}

/** Keys by which JSONata knows its own functions, or that say what an object inherits from. */
const isReserved = (key: string): boolean => key === "__proto__" || key.startsWith("_jsonata_");

/** Without anything that is not JSON, so that nothing in it is anybody else's. */
function copyOf(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, part: unknown) => (isReserved(key) ? undefined : part)) ?? "null");
}

function resultOf(result: unknown): unknown {
  if (result === undefined) return undefined;
  if (isFunction(result)) throw new ExpressionError("The expression makes a function, not a value.");
  const json = JSON.stringify(result, (key, part: unknown) => (isReserved(key) || isFunction(part) ? undefined : part));
  if (new TextEncoder().encode(json).length > maxResultBytes) throw new ExpressionError("The expression makes more than 256 KB.");
  return JSON.parse(json);
}
