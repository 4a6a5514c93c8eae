/** What is wrong with an expression, in a sentence for whoever wrote it. */
export class ExpressionError extends Error {
  override readonly name = "ExpressionError";
  /** Characters from its beginning; JSONata fills it in where it is not known here. */
  position: number | undefined;

  constructor(message: string, position?: number) {
    super(message);
    this.position = position;
  }
}

/** Anything that parsing or evaluating throws, in a sentence that says where. JSONata throws objects with a code, and what they were made of may be large. */
export function problemOf(thrown: unknown): string {
  const { message, position } = readThrown(thrown);
  return position === undefined ? message : `${message.replace(/\.$/, "")} (at character ${position}).`;
}

const longestMessage = 300;

function readThrown(thrown: unknown): { message: string; position: number | undefined } {
  if (thrown instanceof RangeError) return { message: "The expression nests too deeply, or makes something too large.", position: undefined };
  if (typeof thrown !== "object" || thrown === null || !("message" in thrown) || typeof thrown.message !== "string") {
    return { message: "The expression cannot be evaluated.", position: undefined };
  }
  const position = "position" in thrown && typeof thrown.position === "number" ? thrown.position : undefined;
  if ("code" in thrown && thrown.code === "S0211" && "token" in thrown && thrown.token === "=") {
    return { message: "There is nothing on the left of this =. JSONata compares with a single =", position };
  }
  // What the runtime itself throws is about how JSONata is made: its words help nobody.
  const isOfRuntime = thrown instanceof Error && !(thrown instanceof ExpressionError) && !(thrown instanceof SyntaxError);
  return { message: isOfRuntime ? "The expression cannot be evaluated." : thrown.message.slice(0, longestMessage), position };
}
