import { ExpressionError } from "./expression-error.ts";
import { isOffered, refusedFunctions } from "./functions/names.ts";
import { maxDepth, maxNodes } from "./limits.ts";

/** What the evaluator has to know of a tree. */
export interface Tree {
  readonly nodes: number;
  /** The nodes at both ends of ranges. */
  readonly rangeEnds: WeakSet<object>;
}

interface Node {
  readonly type?: unknown;
  readonly value?: unknown;
  readonly position?: unknown;
  readonly signature?: unknown;
  readonly lhs?: unknown;
  readonly rhs?: unknown;
  readonly arguments?: unknown;
}

const kinds: ReadonlySet<unknown> = new Set([
  ...["path", "binary", "unary", "name", "string", "number", "value", "wildcard", "descendant", "condition", "block", "bind", "function"],
  ...["variable", "lambda", "apply", "sort", "filter"],
]);

/** Looks through the tree that JSONata made of an expression. @throws ExpressionError for what is not available */
export function checkTree(root: unknown): Tree {
  const rangeEnds = new WeakSet<object>();
  const known = new Set<unknown>(["", "$"]);
  const used: Node[] = [];
  let nodes = 0;
  const waiting: { part: unknown; depth: number }[] = [{ part: root, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { part, depth } = next;
    if (typeof part !== "object" || part === null) continue;
    nodes += 1;
    if (nodes > maxNodes) throw new ExpressionError("The expression is too complicated.");
    const node: Node = part;
    if (typeof node.type === "string") checkNode(node);
    if (depth > maxDepth) throw new ExpressionError(`The expression nests more than ${maxDepth} deep.`, positionOf(node));
    if (node.type === "variable") used.push(node);
    for (const name of namesMadeBy(node)) known.add(name);
    if (node.type === "binary" && node.value === "..") for (const end of [node.lhs, node.rhs]) if (typeof end === "object" && end !== null) rangeEnds.add(end);
    // Lists of nodes are no level of their own.
    const below = Array.isArray(part) ? depth : depth + 1;
    for (const child of Object.values(part)) waiting.push({ part: child, depth: below });
  }
  for (const node of used) requireKnown(node, known);
  return { nodes, rangeEnds };
}

function checkNode(node: Node): void {
  if (!kinds.has(node.type)) throw new ExpressionError("The expression uses something of JSONata that is not available.", positionOf(node));
  if (node.signature !== undefined) throw new ExpressionError("Functions cannot say the types of their arguments (<…>).", positionOf(node));
}

/** Names of variables that a node gives a value to. */
function namesMadeBy({ type, lhs, arguments: parameters }: Node): unknown[] {
  if (type === "bind") return [valueIn(lhs)];
  return type === "lambda" && Array.isArray(parameters) ? parameters.map(valueIn) : [];
}

/** Nobody gives another meaning to a name that JSONata has, so that none is ever reached before it got it. */
function requireKnown(node: Node, known: ReadonlySet<unknown>): void {
  const { value } = node;
  const name = typeof value === "string" ? value : "";
  const why = refusedFunctions.get(name);
  if (why !== undefined) throw new ExpressionError(why, positionOf(node));
  if (!known.has(value) && !isOffered(name)) throw new ExpressionError(`There is no function or variable $${name}`, positionOf(node));
}

const valueIn = (node: unknown): unknown => (typeof node === "object" && node !== null && "value" in node ? node.value : undefined);
const positionOf = ({ position }: Node): number | undefined => (typeof position === "number" ? position : undefined);
