import type { z } from "zod";
import { CreateAuditInput } from "../../shared/audits/index.ts";
import { UsageError } from "../errors.ts";

/** Which option gives which part of the request, so that every complaint names what the person typed. */
const flagOfField: Readonly<Record<keyof CreateAuditInput, string>> = {
  url: "The address",
  maxPages: "--max-pages",
  maxDepth: "--max-depth",
  include: "--include",
  exclude: "--exclude",
  requestsPerSecond: "--rate",
  userAgent: "--user-agent",
  headers: "--header",
  respectRobots: "--no-robots",
};

/** The option behind a field of the request, such as `maxPages` or `include.0`; the field itself when there is none. */
export function flagOf(path: string): string {
  const field = path.split(".")[0] ?? path;
  return new Map(Object.entries(flagOfField)).get(field) ?? path;
}

/** The request as the API will check it, checked before anything is started. Throws `UsageError`. */
export function checkedInput(input: z.input<typeof CreateAuditInput>): CreateAuditInput {
  const parsed = CreateAuditInput.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new UsageError(parsed.error.issues.map((issue) => `${flagOf(issue.path.join("."))}: ${complaint(issue)}`).join("\n"));
}

function complaint(issue: z.core.$ZodIssue): string {
  if (issue.code === "too_small" && issue.origin !== "string") return `must be ${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}`;
  if (issue.code === "too_big" && issue.origin !== "string") return `must be at most ${issue.maximum}`;
  return issue.message;
}
