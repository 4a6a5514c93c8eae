import { parentPort } from "node:worker_threads";
import { evaluate } from "../../../../shared/expressions/index.ts";
import { attacks } from "./attacks.ts";

/** Evaluates all attacks where there is little memory, and tells what each came to. A thread that is out of memory ends without telling. */
const far = 9_007_199_254_740_992;
const input = { type: "audit.completed", far, deep: [{ far }], list: [1, 2, 3] };

for (const { text } of attacks) {
  const told = await evaluate(text, input).then(
    (value) => `a value: ${JSON.stringify(value)?.slice(0, 100)}`,
    (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : "no error"),
  );
  parentPort?.postMessage(told);
}
