import { ZodError } from "zod";
import { ApiProblem } from "../client/index.ts";
import { secondMs } from "../shared/platform/index.ts";
import { flagOf } from "./commands/audit-input.ts";
import { CommandError } from "./errors.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { withoutWait } from "./waiting.ts";

interface Explanation {
  readonly message: string;
  readonly exitCode: ExitCode;
}

const notOurs = "The server's answer is none that this version of mentha knows. Check that its address leads to Mentha, and that both have the same version.";

/** Any thrown value as a sentence for a person, and the exit code it means. */
export function explain(thrown: unknown): Explanation {
  if (thrown instanceof CommandError) return { message: thrown.message, exitCode: exitCodes.notDone };
  if (thrown instanceof ApiProblem) return explainProblem(thrown);
  if (thrown instanceof ZodError || thrown instanceof SyntaxError) return { message: notOurs, exitCode: exitCodes.notDone };
  return { message: thrown instanceof Error ? withCause(thrown) : String(thrown), exitCode: exitCodes.notDone };
}

/** Which option gives which part of a request that no audit is asked for with. */
const options: ReadonlyMap<string, string> = new Map([
  ["name", "--name"],
  ["scopes", "--scope"],
  ["expiresAt", "--expires"],
  ["allowedIps", "--ip"],
  ["limits", "--limit"],
  ["graceSeconds", "--grace"],
  ["email", "--email"],
  ["password", "The password"],
  ["token", "The setup token"],
  ["workspace", "--workspace"],
  ["action", "--action"],
  ["userId", "--user"],
  ["actorId", "--actor"],
  ["targetId", "--target"],
  ["from", "--since"],
  ["to", "--until"],
  ["events", "--events"],
  ["kind", "--kind"],
  ["projectId", "--project"],
  ["filter", "--filter"],
  ["template", "--template"],
  ["ordering", "--ordering"],
  ["throttle", "--throttle"],
  ["concurrency", "--concurrency"],
  ["options", "--option"],
  ["base", "--base"],
  ["auditId", "--audit"],
  ["findingId", "--finding"],
  ["site", "--site"],
  ["ruleId", "--rule"],
  ["reason", "--reason"],
  ["days", "--days"],
  ["cron", "--cron"],
  ["every", "--every"],
  ["timeZone", "--zone"],
  ["target", "--start"],
  ["missed", "--missed"],
  ["overlap", "--overlap"],
  ["jitterSeconds", "--jitter"],
  ["until", "--until"],
]);

const optionOf = (path: string): string => options.get(/^\w*/.exec(path)?.[0] ?? "") ?? flagOf(path);

/** What is wrong with each value that was sent, by the option that gives it; each on a line. */
export const complaintsOf = (errors: ApiProblem["errors"]): string =>
  errors.map(({ path, message }) => `${optionOf(path.replace(/^(?:body|query)\.(?:target\.input\.)?/, ""))}: ${message}`).join("\n");

function explainProblem({ status, code, detail, requestId, retryAfterMs, errors }: ApiProblem): Explanation {
  if (code === "invalid" && errors.length > 0) return { message: complaintsOf(errors), exitCode: exitCodes.badUsage };
  if (status === 401) return { message: `The server does not accept the key: ${detail} Check --key or MENTHA_KEY.`, exitCode: exitCodes.badUsage };
  if (status === 403) return { message: `The key may not do this: ${detail}`, exitCode: exitCodes.badUsage };
  if (status === 429 && retryAfterMs !== undefined) {
    const seconds = Math.ceil(retryAfterMs / secondMs);
    return { message: `${withoutWait(detail)} Try again in ${seconds === 1 ? "a second" : `${seconds} seconds`}.`.trim(), exitCode: exitCodes.notDone };
  }
  const reference = status >= 500 && requestId !== undefined ? ` (request ${requestId})` : "";
  return { message: `${detail}${reference}`, exitCode: exitCodes.notDone };
}

/** `fetch failed` says nothing by itself; its cause says what the network answered. */
function withCause({ message, cause }: Error): string {
  return cause instanceof Error && cause.message !== "" ? `${message}: ${cause.message}` : message;
}
