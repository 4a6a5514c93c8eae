import { AppError } from "./errors.ts";

/** What is told to who did not say which version they saw, and came second. */
export const changedMeanwhile = "This was changed in the meantime. Read it again and retry.";

/**
 * Refuses an edit of something that is no longer as the caller saw it. `ifVersion` is what they saw; undefined when they did not say.
 * @throws AppError `precondition_failed`
 */
export function requireVersion({ version }: { readonly version: number }, ifVersion: number | undefined): void {
  if (ifVersion !== undefined && ifVersion !== version) throw versionClash(ifVersion);
}

/** What to throw when somebody else edited it between the look and the write: to a caller who named no version it is a `conflict`. */
export function versionClash(ifVersion: number | undefined): AppError {
  return ifVersion === undefined
    ? new AppError("conflict", changedMeanwhile)
    : new AppError("precondition_failed", "This has been changed since the version that If-Match names. Read it again, and send the ETag of that answer.");
}
