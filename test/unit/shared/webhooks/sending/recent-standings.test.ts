import { expect, it } from "vitest";
import { secondMs } from "../../../../../shared/platform/index.ts";
import { createStandings } from "../../../../../shared/webhooks/sending/recent-standings.ts";

it("a workspace is asked about once in a second, and suspended a second later at most", async () => {
  const standingOf = createStandings();
  const asked: string[] = [];
  let isSuspended = false;
  let now = 1_800_000_000_000;
  const find = async (workspaceId: string) => {
    asked.push(workspaceId);
    return { isSuspended, language: "en" } as const;
  };
  const look = () => standingOf({ find, now: () => now }, "wsp_1");
  expect(await look()).toMatchObject({ isSuspended: false });
  isSuspended = true;
  now += secondMs - 1;
  expect(await look()).toMatchObject({ isSuspended: false });
  expect(asked).toEqual(["wsp_1"]);
  now += 1;
  expect(await look()).toMatchObject({ isSuspended: true });
  await standingOf({ find, now: () => now }, "wsp_2");
  // A clock that steps back keeps nothing alive.
  now -= 10 * secondMs;
  await look();
  expect(asked).toEqual(["wsp_1", "wsp_1", "wsp_2", "wsp_1"]);
});
