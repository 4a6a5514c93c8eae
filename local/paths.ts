import { join } from "node:path";

/** The checkout's own folder, so that every command works from wherever it is called. */
export const root: string = join(import.meta.dirname, "..");

/** A path inside the checkout. */
export function inRoot(...parts: string[]): string {
  return join(root, ...parts);
}
