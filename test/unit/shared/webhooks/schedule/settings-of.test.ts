import { expect, it } from "vitest";
import { settingsOf } from "../../../../../shared/webhooks/schedule/settings-of.ts";

const row = {
  id: "whk_1",
  workspaceId: "wsp_1",
  version: 3,
  kind: "http",
  disabledAt: null,
  ordering: "none",
  throttleLimit: null,
  throttleWindowMs: null,
  concurrency: 4,
} as const;

it.each([
  ["an endpoint as it is made", {}, { isEnabled: true, ordering: "none", throttle: null, concurrency: 4, version: 3 }],
  ["a disabled one", { disabledAt: 1 }, { isEnabled: false }],
  ["one with a throttle", { throttleLimit: 5, throttleWindowMs: 1_000 }, { throttle: { limit: 5, windowMs: 1_000 } }],
  ["one whose order is kept", { ordering: "per-subject" }, { ordering: "per-subject" }],
] as const)("of %s, its object is told what it needs to know", (_, changes, settings) => {
  expect(settingsOf({ ...row, ...changes })).toMatchObject({ webhookId: "whk_1", workspaceId: "wsp_1", ...settings });
});

it.each(["jira", "trello"] as const)(
  "the order of tickets in %s is always kept, and who does not know whether one was opened waits before they look",
  (kind) => {
    const { ordering, afterUnknownMs } = settingsOf({ ...row, kind });
    expect(ordering).toBe("per-subject");
    expect(afterUnknownMs).toBeGreaterThan(0);
  },
);
