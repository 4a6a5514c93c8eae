import { describe, expect, it } from "vitest";
import { z } from "zod";
import { AnyUrl, Count, Id, ListQuery, listOf, Millis, Name, Percent, Text } from "../../../../shared/platform/index.ts";

const List = listOf(z.int());
const items = (count: number) => ({ items: Array.from({ length: count }, (_, i) => i) });

describe("what goes over the wire", () => {
  it.each<{ what: string; schema: z.ZodType; good: readonly unknown[]; bad: readonly unknown[] }>([
    { what: "an id", schema: Id("audit"), good: [`aud_${"0".repeat(26)}`], bad: [`job_${"0".repeat(26)}`, `aud_${"0".repeat(27)}`, ""] },
    { what: "a text of five characters", schema: Text(5), good: ["", "12345"], bad: ["123456", 5] },
    {
      what: "a name of five characters",
      schema: Name(5),
      good: ["1", "12345", " 12345 ", "José", "عمر", "👩‍🔬"],
      bad: ["", "  ", "123456", "a\nb", "a\u0000b", "a\u2028b", "a\u202eb", "\ud800", "\u200b", 5],
    },
    { what: "a count", schema: Count, good: [0, Number.MAX_SAFE_INTEGER], bad: [-1, 0.5, "1"] },
    { what: "a percentage", schema: Percent, good: [0, 100], bad: [-1, 101, 0.5] },
    { what: "a time", schema: Millis, good: [0, 8_640_000_000_000_000], bad: [-1, 8_640_000_000_000_001, 0.5] },
    { what: "an address", schema: AnyUrl, good: ["x".repeat(4_096)], bad: ["x".repeat(4_097)] },
    { what: "a page of a list", schema: List, good: [items(0), items(100)], bad: [items(101), { items: ["0"] }, {}] },
    { what: "its cursor", schema: List, good: [{ ...items(1), nextCursor: "x".repeat(500) }], bad: [{ ...items(1), nextCursor: "x".repeat(501) }] },
    { what: "a question for a list", schema: ListQuery, good: [{ limit: "1" }, { limit: "100" }], bad: [{ limit: "0" }, { limit: "101" }, { limit: "1.5" }] },
    { what: "the cursor it asks with", schema: ListQuery, good: [{ cursor: "x".repeat(500) }], bad: [{ cursor: "x".repeat(501) }] },
  ])("is $what within its bounds", ({ schema, good, bad }) => {
    for (const value of good) expect(schema.safeParse(value)).toMatchObject({ success: true });
    for (const value of bad) expect(schema.safeParse(value)).toMatchObject({ success: false });
  });

  it("asks for 50 items where nothing is said", () => {
    expect(ListQuery.parse({})).toEqual({ limit: 50 });
  });

  it("keeps the cursor of a page and of a question", () => {
    expect(List.parse({ ...items(1), nextCursor: "next" })).toEqual({ items: [0], nextCursor: "next" });
    expect(ListQuery.parse({ limit: "7", cursor: "next" })).toEqual({ limit: 7, cursor: "next" });
  });
});
