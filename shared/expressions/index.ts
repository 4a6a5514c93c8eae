export { checkExpression, evaluate } from "./expression.ts";
