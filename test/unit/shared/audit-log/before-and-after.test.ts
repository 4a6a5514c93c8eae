import { expect, it } from "vitest";
import { beforeAndAfter } from "../../../../shared/audit-log/before-and-after.ts";

const stored = { name: "a", language: null as string | null, scopes: ["x", "y"], limits: { lists: 5 } as Record<string, number>, version: 3 };

it.each([
  { what: "a text that differs", given: { name: "b" }, edit: { before: { name: "a" }, after: { name: "b" } } },
  { what: "what is set for the first time", given: { language: "es" }, edit: { before: { language: null }, after: { language: "es" } } },
  {
    what: "what is taken away",
    given: { scopes: [], limits: {} },
    edit: { before: { scopes: ["x", "y"], limits: { lists: 5 } }, after: { scopes: [], limits: {} } },
  },
  { what: "only what differs", given: { name: "a", scopes: ["x"] }, edit: { before: { scopes: ["x", "y"] }, after: { scopes: ["x"] } } },
  { what: "nothing of what is the same by value", given: { name: "a", language: null, scopes: ["x", "y"], limits: { lists: 5 } }, edit: null },
  { what: "nothing of what is not given", given: { name: undefined }, edit: null },
  { what: "nothing when nothing is given", given: {}, edit: null },
])("an edit is told as it was and as it is: $what", ({ given, edit }) => {
  expect(beforeAndAfter<typeof stored, keyof typeof stored>(stored, given)).toEqual(edit);
});
