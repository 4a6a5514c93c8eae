import { createHash } from "node:crypto";
import { derivedId } from "../platform/index.ts";

/** The id of an entry that is written once, whoever tells of it how often: the same parts get the same id. */
// Not `sha256` of the platform: what makes statements does not wait.
export function hashedId(parts: readonly unknown[]): string {
  return derivedId("logEntry", createHash("sha256").update(JSON.stringify(parts)).digest());
}
