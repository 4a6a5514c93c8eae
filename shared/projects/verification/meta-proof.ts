import { metaContents } from "./meta-contents.ts";
import { type LookForProof, proofName } from "./proof.ts";
import { readSite } from "./read-site.ts";

/** A head that is longer is nobody's. */
const maxBytes = 512 * 1_024;

/** A `meta` element in the head of the home page has the token. */
export const lookForMeta: LookForProof = async ({ origin, token }, deps) => {
  const address = `${origin}/`;
  const reading = await readSite(address, { maxBytes, longer: "is-cut" }, deps);
  const contents = "problem" in reading ? [] : metaContents(reading.text, proofName);
  const isProof = contents.includes(token);
  const element = `<meta name="${proofName}" content="${token}">`;
  return {
    isProof,
    lookedFor: `${element} in the head of ${address}`,
    found: "problem" in reading ? reading.problem : foundAmong(contents, isProof),
    todo: isProof ? null : `Put ${element} into the head of the page at ${address}, in the HTML that the server sends.`,
  };
};

function foundAmong(contents: readonly string[], isProof: boolean): string {
  if (isProof) return "The element is in the head of the page.";
  return contents.length > 0 ? "The head of the page has such an element, but with another token." : "The head of the page has no such element.";
}
