import jsonata from "jsonata";
import { ExpressionError } from "./expression-error.ts";
import { maxItems, maxKeptNodes, maxLength, maxRangeEnd } from "./limits.ts";
import { Meter } from "./meter.ts";
import { scan } from "./scan.ts";
import { checkTree, type Tree } from "./tree.ts";

/** The variable that holds the meter of an evaluation. No expression may name it: it gives no value to it, and no function is called so. */
export const meterName = "\u0000meter";

interface Compiled {
  readonly expression: jsonata.Expression;
  readonly nodes: number;
}

/** By their texts, the longest unused first. Trees may be large, so their nodes are counted. */
const kept = new Map<string, Compiled>();
let keptNodes = 0;
const maxKept = 200;

/** An expression that may be evaluated. @throws ExpressionError, or what JSONata's parser throws */
export function compile(text: string): jsonata.Expression {
  const known = kept.get(text);
  const compiled = known ?? parse(text);
  if (known === undefined) keptNodes += compiled.nodes;
  kept.delete(text);
  kept.set(text, compiled);
  for (const [oldest, { nodes }] of kept) {
    if (kept.size <= maxKept && keptNodes <= maxKeptNodes) break;
    kept.delete(oldest);
    keptNodes -= nodes;
  }
  return compiled.expression;
}

function parse(text: string): Compiled {
  if (text.length > maxLength) throw new ExpressionError(`An expression may have ${maxLength} characters at most.`);
  scan(text);
  // Lists that JSONata makes in one step are bounded while it makes them.
  const options = { sequence: maxItems };
  const expression = jsonata(text, options);
  const tree = checkTree(expression.ast());
  watch(expression, tree);
  return { expression, nodes: tree.nodes };
}

/** Has the evaluator tell the meter of each step. */
function watch(expression: jsonata.Expression, { rangeEnds }: Tree): void {
  const on = (name: string, hook: (node: object, environment: jsonata.Environment, result: unknown) => void): void => {
    const listener = (node: object, _input: unknown, environment: jsonata.Environment, result: unknown): true => {
      hook(node, environment, result);
      return true;
    };
    // JSONata looks for its listeners under symbols, which its types do not say.
    Reflect.apply(expression.assign, expression, [Symbol.for(`jsonata.__evaluate_${name}`), listener]);
  };
  on("entry", (_node, environment) => meterOf(environment).enter());
  on("exit", (node, environment, result) => {
    meterOf(environment).leave(result);
    if (rangeEnds.has(node)) checkRangeEnd(result);
  });
}

function meterOf(environment: jsonata.Environment): Meter {
  const meter: unknown = environment.lookup(meterName);
  if (meter instanceof Meter) return meter;
  throw new ExpressionError("The expression cannot be evaluated.");
}

/** Beyond 2^53 adding one changes nothing, and a range would never end. A list of one number counts as that number. */
function checkRangeEnd(result: unknown): void {
  const end: unknown = Array.isArray(result) && result.length === 1 ? result[0] : result;
  if (typeof end === "number" && Math.abs(end) > maxRangeEnd) throw new ExpressionError(`A range begins and ends between -${maxRangeEnd} and ${maxRangeEnd}.`);
}
