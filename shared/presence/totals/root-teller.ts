import { reportEveryMs } from "../snapshot.ts";
import type { Sums } from "./sums.ts";
import type { TotalsNode } from "./totals-node.ts";
import { root, type Tree } from "./tree.ts";

interface RootTellerDeps {
  /** The name of the leaf that this is. */
  readonly here: string;
  /** When this instance began, ms since 1970. */
  readonly generation: number;
  readonly now: () => number;
  readonly sums: () => Sums;
  readonly nodeAt: (name: string) => Pick<TotalsNode, "reportLeaf">;
  /** Takes the tree that the root answers with. */
  readonly learn: (tree: Tree) => void;
}

/** Tells the root what a leaf adds up to, at most every 10 s but for who cannot wait. */
export interface RootTeller {
  /** Something of what is here changed, or was confirmed. */
  note(): void;
  /** At once. What could not be told is told again. */
  tell(): Promise<void>;
  /** When the root is told next; null for not before something is noted. */
  at(): number | null;
}

export function createRootTeller({ here, generation, now, sums, nodeAt, learn }: RootTellerDeps): RootTeller {
  let seq = 0;
  let tellAt: number | null = null;
  let toldAt = 0;
  return {
    note() {
      tellAt ??= Math.max(now(), toldAt + reportEveryMs);
    },
    async tell() {
      tellAt = null;
      toldAt = now();
      seq += 1;
      try {
        learn(await nodeAt(root).reportLeaf({ leaf: here, generation, seq, heardAt: now(), sums: sums() }));
      } catch (error) {
        tellAt ??= now() + reportEveryMs;
        throw error;
      }
    },
    at: () => tellAt,
  };
}
