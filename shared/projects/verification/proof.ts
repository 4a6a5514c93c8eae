import type { EgressPolicy } from "../../platform/index.ts";
import type { VerificationAttempt } from "../schemas.ts";

/** What somebody says is theirs, and what they publish there to prove it. */
export interface Claim {
  /** As `originOf` spells it. */
  readonly origin: string;
  readonly token: string;
}

export interface ProofDeps {
  /** What requests to the claimed site may reach. */
  readonly policy: EgressPolicy;
  readonly now: () => number;
  /** For each request, until its last byte. */
  readonly timeoutMs: number;
}

export type Proof = Omit<VerificationAttempt, "method">;

/** One way to prove a claim. What goes wrong on the other side is told in the proof; anything else that is thrown is ours. */
export type LookForProof = (claim: Claim, deps: ProofDeps) => Promise<Proof>;

/** What such proofs are called, in elements and records. */
export const proofName = "mentha-verification";
