export { Budget } from "./budget.ts";
export { checkExpression, evaluate } from "./expression.ts";
export { maxLength as maxExpressionLength } from "./limits.ts";
