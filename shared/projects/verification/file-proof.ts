import type { LookForProof } from "./proof.ts";
import { readSite } from "./read-site.ts";

const path = "/.well-known/mentha-verification.txt";
/** A file that several workspaces share has a line for each. */
const maxBytes = 64 * 1_024;

/** A line of a file on the site is the token. */
export const lookForFile: LookForProof = async ({ origin, token }, deps) => {
  const address = origin + path;
  const reading = await readSite(address, { maxBytes, longer: "is-a-problem" }, deps);
  const found = foundIn(reading, token);
  const isProof = found === null;
  return {
    isProof,
    lookedFor: `A line that says ${token} in ${address}`,
    found: found ?? "A line of the file is the token.",
    todo: isProof ? null : `Put a text file with the line ${token} at ${address}; the site itself must answer with it, with status 200.`,
  };
};

/** What is wrong with the file, in a sentence; null when nothing is. */
function foundIn(reading: Awaited<ReturnType<typeof readSite>>, token: string): string | null {
  if ("problem" in reading) return reading.problem;
  // Sites that answer every address with a page may show there what visitors wrote.
  if (reading.mediaType === "text/html" || /^\s*<(?:!doctype|html)/i.test(reading.text)) return "There is an HTML page instead of a text file.";
  const isThere = reading.text.split(/[\r\n]+/).some((line) => line.trim() === token);
  return isThere ? null : "There is a file, but none of its lines is the token.";
}
