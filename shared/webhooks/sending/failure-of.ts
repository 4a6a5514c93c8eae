import { AppError, type ErrorCode } from "../../platform/index.ts";
import type { FailedVerdict } from "../kinds/kind.ts";

/** What went wrong on the way; whatever else is thrown is about the endpoint's own settings. */
const failures: Partial<Record<ErrorCode, Pick<FailedVerdict, "failure" | "retry">>> = {
  egress_refused: { failure: "refused", retry: "never" },
  upstream_timeout: { failure: "timeout", retry: "schedule" },
  host_unreachable: { failure: "connection", retry: "schedule" },
  upstream_malformed: { failure: "rejected", retry: "schedule" },
};
const unforeseen = "Something in the settings of this endpoint kept it from being sent. Look at its headers, template and credentials.";

/** The failure that an error is. Only errors that were written for people are quoted: the words of others may hold a secret. */
export function failureOf(error: unknown): FailedVerdict {
  if (!(error instanceof AppError)) return { is: "failed", failure: "settings", message: unforeseen, retry: "schedule" };
  return { is: "failed", message: error.message, ...(failures[error.code] ?? { failure: "settings", retry: "schedule" }) };
}
