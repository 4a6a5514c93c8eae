import type { LogProblem } from "./schemas.ts";
import { type Keyring, type Mark, Marks, noSeal, type SealRow, type Signer, signerOf } from "./seal.ts";

/** A seal as it is stored: what it covers is JSON that somebody may have spoilt. */
export type StoredSeal = Omit<SealRow, "marks"> & { readonly marks: string };

/** A seal that is as it was made, with what checks its entries. */
export interface GoodSeal extends Omit<SealRow, "marks"> {
  readonly marks: readonly Mark[];
  readonly signer: Signer;
}

interface Checked {
  readonly good: readonly GoodSeal[];
  readonly problems: readonly LogProblem[];
}

/** How a seal may be named by the one after it, and where it ends; of a seal that does not hold, what it says and what it should say. */
interface Link {
  readonly hashes: readonly string[];
  /** Null where it cannot be trusted. */
  readonly toSeq: number | null;
}

/**
 * Which of the seals, in order, are as they were made, and where the chain breaks. `before` is the seal before the first of them, which an earlier call
 * looked at; undefined at the beginning of the chain. A seal that does not hold vouches for nothing, so its entries are not looked at.
 */
export async function checkSeals(keyring: Keyring, seals: readonly StoredSeal[], before: Pick<SealRow, "hash" | "toSeq"> | undefined): Promise<Checked> {
  const good: GoodSeal[] = [];
  const problems: LogProblem[] = [];
  let link: Link = before === undefined ? { hashes: [noSeal], toSeq: 0 } : { hashes: [before.hash], toSeq: before.toSeq };
  for (const seal of seals) {
    const { hash: sealHash, sealedAt, previous, fromSeq } = seal;
    const place = { entryId: null, sealHash, at: sealedAt };
    if (!link.hashes.includes(previous) || (link.toSeq !== null && link.toSeq + 1 !== fromSeq)) problems.push({ kind: "seal-removed", ...place });
    const { good: one, problem, hashes } = await checkSeal(keyring, seal);
    if (problem !== null) problems.push({ kind: problem, ...place });
    if (one !== null) good.push(one);
    link = { hashes, toSeq: one === null ? null : seal.toSeq };
  }
  return { good, problems };
}

interface SealCheck {
  readonly good: GoodSeal | null;
  readonly problem: "seal-changed" | "key-unknown" | null;
  readonly hashes: readonly string[];
}

async function checkSeal(keyring: Keyring, { marks: text, ...seal }: StoredSeal): Promise<SealCheck> {
  const signer = await signerOf(keyring, seal.kid);
  if (signer === undefined) return { good: null, problem: "key-unknown", hashes: [seal.hash] };
  const marks = readMarks(text);
  if (marks === null) return { good: null, problem: "seal-changed", hashes: [seal.hash] };
  const hash = await signer.hashOf({ ...seal, marks });
  if (hash !== seal.hash) return { good: null, problem: "seal-changed", hashes: [seal.hash, hash] };
  return { good: { ...seal, marks, signer }, problem: null, hashes: [hash] };
}

function readMarks(text: string): Mark[] | null {
  try {
    return Marks.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
