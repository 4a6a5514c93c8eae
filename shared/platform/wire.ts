import { z } from "zod";
import { type IdKind, idPattern } from "./ids.ts";

// Wire types used by every domain. Each carries the bounds that an API linter (OWASP API4) asks for.

export const Id = (kind: IdKind) => z.string().regex(idPattern(kind)).max(40);
export const Text = (maxLength: number) => z.string().max(maxLength);
/** Characters that end a line, show nothing of a name, or turn the direction in which what follows is read, so that one name passes for another. */
const unfitForNames = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;
const somethingToSee = /[\p{L}\p{N}\p{P}\p{S}]/u;
/** What people call something: one line, without the spaces around it, of 1 to `maxLength` characters. */
export const Name = (maxLength: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(maxLength)
    .refine((text) => somethingToSee.test(text) && !unfitForNames.test(text), "Use one line of text, without control characters");
export const Count = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
export const Percent = z.int().min(0).max(100);
export const Millis = z
  .int({
    error: ({ code, input }) => (code === "invalid_type" && input !== undefined ? "Give a time in milliseconds since 1970, such as 1893456000000" : undefined),
  })
  .min(0)
  .max(8_640_000_000_000_000)
  .describe("Milliseconds since 1970, UTC");
export const Version = z.int().min(1).max(Number.MAX_SAFE_INTEGER).describe("Grows with every edit");
/** An absolute http(s) address; longer than most servers accept, since a crawl meets them all. */
export const AnyUrl = z.string().max(4_096).describe("Absolute URL");
const Cursor = z.string().max(500).describe("Opaque; pass `nextCursor` of the page before");

/** One page of a list, in a stable order. */
export const listOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item).max(100), nextCursor: Cursor.optional().describe("Absent on the last page") });

export const ListQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(50).describe("How many items at most"),
  cursor: Cursor.optional(),
});
export type ListQuery = z.infer<typeof ListQuery>;
