import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Millis } from "../../../../shared/platform/index.ts";
import { describeIssue, fieldErrors } from "../../../../workers/api/field-errors.ts";

const Sample = z.strictObject({
  name: z.string().max(3),
  tags: z.array(z.string()).min(2),
  headers: z.record(z.string(), z.string()),
  pages: z.number().max(50_000),
  language: z.literal("en"),
  ratio: z.number().gt(0).lt(1),
  slug: z.string().regex(/^x/, "Start with x"),
  target: z.discriminatedUnion("kind", [z.object({ kind: z.literal("audit") }), z.object({ kind: z.literal("report") })]),
  until: Millis.nullable(),
});
const valid = { name: "abc", tags: ["a", "b"], headers: {}, pages: 1, language: "en", ratio: 0.5, slug: "x", target: { kind: "audit" }, until: null };

describe("what is wrong with a value", () => {
  it.each([
    { value: "nothing", given: {}, errors: [] },
    { value: "a missing field", given: { name: undefined }, errors: [["body.name", "name is required"]] },
    { value: "null", given: { name: null }, errors: [["body.name", "This must be text"]] },
    { value: "a long text", given: { name: "abcd" }, errors: [["body.name", "Use at most 3 characters"]] },
    { value: "a short list", given: { tags: ["a"] }, errors: [["body.tags", "Use at least 2 items"]] },
    { value: "a list for an object", given: { headers: [] }, errors: [["body.headers", "This must be an object"]] },
    { value: "one entry of an object", given: { headers: { "x-a": 1 } }, errors: [["body.headers.x-a", "This must be text"]] },
    { value: "the only value allowed", given: { language: "de" }, errors: [["body.language", "Use en"]] },
    { value: "a large number", given: { pages: 50_001 }, errors: [["body.pages", "Use at most 50,000"]] },
    { value: "an open upper bound", given: { ratio: 1 }, errors: [["body.ratio", "Use less than 1"]] },
    { value: "words of the schema's own", given: { slug: "y" }, errors: [["body.slug", "Start with x"]] },
    { value: "an unknown kind", given: { target: { kind: "flow" } }, errors: [["body.target.kind", "Use one of audit, report"]] },
    { value: "no kind", given: { target: {} }, errors: [["body.target.kind", "Use one of audit, report"]] },
    {
      value: "a time as text",
      given: { until: "2027-03-31" },
      errors: [["body.until", "Give a time in milliseconds since 1970, such as 1893456000000"]],
    },
    { value: "a missing time", given: { until: undefined }, errors: [["body.until", "until is required"]] },
    { value: "a time before 1970", given: { until: -1 }, errors: [["body.until", "Use at least 0"]] },
    {
      value: "two unknown fields",
      given: { a: 1, b: 2 },
      errors: [
        ["body.a", "Unknown field; known are: name, tags, headers, pages, language, ratio, slug, target, until"],
        ["body.b", "Unknown field; known are: name, tags, headers, pages, language, ratio, slug, target, until"],
      ],
    },
  ])("is told plainly: $value", ({ given, errors }) => {
    const { error } = Sample.safeParse({ ...valid, ...given }, { error: describeIssue });
    expect(fieldErrors("body", error?.issues ?? []).map(({ path, message }) => [path, message])).toEqual(errors);
  });

  it.each([
    { what: "100 wrong values", given: { tags: Array(100).fill(1) }, total: 100, last: "This must be text" },
    { what: "101 wrong values", given: { tags: Array(101).fill(1) }, total: 100, last: "2 more values are not valid" },
    { what: "10,000 wrong values", given: { tags: Array(10_000).fill(1) }, total: 100, last: "9,901 more values are not valid" },
    {
      what: "10,000 unknown fields",
      given: Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`k${n}`, 1])),
      total: 100,
      last: "9,901 more values are not valid",
    },
  ])("is told at most a hundred times, and then how many more there are: $what", ({ given, total, last }) => {
    const { error } = Sample.safeParse({ ...valid, ...given }, { error: describeIssue });
    const errors = fieldErrors("body", error?.issues ?? []);
    expect([errors.length, errors.at(-1)?.message]).toEqual([total, last]);
  });

  it("has a bounded path, however long the name that was sent", () => {
    const { error } = Sample.safeParse({ ...valid, ["k".repeat(5_000)]: 1 });
    expect(fieldErrors("body", error?.issues ?? [])[0]?.path).toHaveLength(500);
  });
});
