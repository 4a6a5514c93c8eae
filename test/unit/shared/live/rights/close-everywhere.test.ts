import { expect, it } from "vitest";
import { type Closing, closeInWith } from "../../../../../shared/live/index.ts";
import { mostConnections } from "../../../../../shared/platform/index.ts";

const closing: Closing = { reason: "rights_changed", userId: "usr_1", actorId: null };
const ids = (prefix: string) => Array.from({ length: 40 }, (_, nth) => `${prefix}${nth}`);

it("workspaces are told side by side, but no more of them than there are connections, whoever asks", async () => {
  let open = 0;
  let most = 0;
  const told: string[] = [];
  const close = async (workspaceId: string): Promise<number> => {
    open += 1;
    most = Math.max(most, open);
    await Promise.resolve();
    told.push(workspaceId);
    open -= 1;
    return 2;
  };
  const closeIn = closeInWith({ close });
  expect(await Promise.all([closeIn(ids("a"), closing), closeIn(ids("b"), closing)])).toEqual([80, 80]);
  expect(most).toBe(mostConnections);
  expect(told.sort()).toEqual([...ids("a"), ...ids("b")].sort());
});

it("one that cannot be told is said, once all others were told", async () => {
  const told: string[] = [];
  const close = async (workspaceId: string): Promise<number> => {
    if (workspaceId === "a0") throw new Error("The object is gone.");
    told.push(workspaceId);
    return 1;
  };
  await expect(closeInWith({ close })(ids("a"), closing)).rejects.toThrow("The object is gone.");
  expect(told).toHaveLength(39);
});
