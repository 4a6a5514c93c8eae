import fc from "fast-check";
import { expect, it } from "vitest";
import { snapshotExpiresMs } from "../../../../shared/presence/index.ts";
import { formerNodeOf, growTree, newerTree, nodeOf, root, rootOnly, type Tree, usualTree } from "../../../../shared/presence/totals/tree.ts";

const ids = fc.string({ minLength: 1, maxLength: 30 });

it("there are no leaves up to 500 objects of sockets, and four above that", () => {
  expect(growTree(rootOnly, 500, 1e12, usualTree)).toBe(rootOnly);
  expect(growTree(rootOnly, 501, 1e12, usualTree)).toEqual({ leaves: 4, previous: 0, since: 1e12 });
});

it("a tree grows as far as it must, never shrinks, and not again before what was said to its former nodes has expired", () => {
  fc.assert(
    fc.property(fc.array(fc.record({ shards: fc.integer({ min: 0, max: 50_000 }), after: fc.integer({ min: 0, max: 20 * 60_000 }) })), (steps) => {
      let tree: Tree = rootOnly;
      let now = 1e12;
      for (const { shards, after } of steps) {
        now += after;
        const grown = growTree(tree, shards, now, usualTree);
        expect(grown.leaves).toBeGreaterThanOrEqual(tree.leaves);
        if (grown !== tree) {
          expect(now - tree.since).toBeGreaterThanOrEqual(snapshotExpiresMs);
          expect(grown).toMatchObject({ previous: tree.leaves, since: now });
          expect(grown.leaves === 64 || grown.leaves * usualTree.shardsPerNode >= shards).toBe(true);
          expect(newerTree(tree, grown)).toBe(grown);
        }
        tree = grown;
      }
    }),
  );
});

it("a workspace has one node, and one former node until that has expired", () => {
  fc.assert(
    fc.property(ids, fc.constantFrom(0, 4, 8, 16, 32), (id, previous) => {
      const tree = { leaves: Math.max(4, previous * 2), previous, since: 1e12 };
      const node = nodeOf(id, tree.leaves);
      const former = formerNodeOf(id, tree, tree.since + snapshotExpiresMs - 1);
      expect(former === null ? node : former).toBe(nodeOf(id, previous));
      expect(former).not.toBe(node);
      expect(formerNodeOf(id, tree, tree.since + snapshotExpiresMs)).toBeNull();
    }),
  );
  expect(formerNodeOf("wsp", { leaves: 4, previous: 0, since: 5 }, 6)).toBe(root);
});
