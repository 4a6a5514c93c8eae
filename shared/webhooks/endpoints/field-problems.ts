import type { z } from "zod";
import { AppError, type FieldError } from "../../platform/index.ts";

/** What is wrong with a field of the body, or with something in it. */
export const problemAt = (path: string, message: string): FieldError => ({ path: `body.${path}`, message });

/** The same of what a schema found wrong; `path` is where what it looked at stands. */
export function problemsOf(path: string, { issues }: z.ZodError): FieldError[] {
  return issues.flatMap((issue) => {
    const at = [path, ...issue.path.map(String)];
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => problemAt([...at, key].join("."), issue.message));
    return [problemAt(at.join("."), issue.message)];
  });
}

/** @throws AppError `invalid` that names each problem, if there is any */
export function refuseProblems(problems: readonly FieldError[]): void {
  const [first, ...others] = problems;
  if (first === undefined) return;
  const message = others.length === 0 ? first.message : "Some values are not valid; `errors` names each of them.";
  throw new AppError("invalid", message, { errors: problems });
}
