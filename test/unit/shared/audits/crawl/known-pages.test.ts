import { expect, it } from "vitest";
import { createKnownPages } from "../../../../../shared/audits/crawl/known-pages.ts";

const url = "https://example.com/a";

it("knows a link only from the depth at which it was seen", () => {
  const known = createKnownPages();
  expect(known.isLinkedWithin(url, 5)).toBe(false);
  known.linked(url, 3);
  expect([2, 3, 4].map((depth) => known.isLinkedWithin(url, depth))).toEqual([false, true, true]);
});

it("keeps the id and the depth of an address side by side", () => {
  const known = createKnownPages();
  known.setId(url, 7);
  expect(known.isLinkedWithin(url, 100)).toBe(false);
  known.linked(url, 1);
  expect(known.idOf(url)).toBe(7);
  expect(known.idOf("https://example.com/b")).toBe(undefined);
});

it("forgets rather than hold more than two million characters", () => {
  const known = createKnownPages();
  known.setId(url, 1);
  for (let n = 0; n < 1_000; n++) known.setId(`https://example.com/${"x".repeat(1_970)}${n}`, n);
  expect(known.idOf(url)).toBe(1);
  for (let n = 1_000; n < 1_100; n++) known.setId(`https://example.com/${"x".repeat(1_970)}${n}`, n);
  expect(known.idOf(url)).toBe(undefined);
});
