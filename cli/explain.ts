import { ApiProblem } from "../client/index.ts";
import { flagOf } from "./commands/audit-input.ts";
import { AuditError } from "./errors.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";

interface Explanation {
  readonly message: string;
  readonly exitCode: ExitCode;
}

/** Any thrown value as a sentence for a person, and the exit code it means. */
export function explain(thrown: unknown): Explanation {
  if (thrown instanceof AuditError) return { message: thrown.message, exitCode: exitCodes.couldNotAudit };
  if (thrown instanceof ApiProblem) return explainProblem(thrown);
  return { message: thrown instanceof Error ? withCause(thrown) : String(thrown), exitCode: exitCodes.couldNotAudit };
}

function explainProblem({ status, code, detail, requestId, errors }: ApiProblem): Explanation {
  if (code === "invalid" && errors.length > 0) {
    const lines = errors.map(({ path, message }) => `${flagOf(path.replace(/^body\./, ""))}: ${message}`);
    return { message: lines.join("\n"), exitCode: exitCodes.badUsage };
  }
  if (status === 401) return { message: `The server does not accept the key: ${detail} Check --key or MENTHA_KEY.`, exitCode: exitCodes.badUsage };
  if (status === 403) return { message: `The key may not do this: ${detail}`, exitCode: exitCodes.badUsage };
  const reference = status >= 500 && requestId !== undefined ? ` (request ${requestId})` : "";
  return { message: `${detail}${reference}`, exitCode: exitCodes.couldNotAudit };
}

/** `fetch failed` says nothing by itself; its cause says what the network answered. */
function withCause({ message, cause }: Error): string {
  return cause instanceof Error && cause.message !== "" ? `${message}: ${cause.message}` : message;
}
