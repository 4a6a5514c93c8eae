import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { decodeCursor, encodeCursor, pageOf } from "../../../../shared/platform/cursor.ts";
import { derivedId, derivedIdAt, idPattern, kindOf, newId, timeOf } from "../../../../shared/platform/ids.ts";
import { Id } from "../../../../shared/platform/wire.ts";

const Text = z.string();

describe("an id", () => {
  it("says its kind and matches the pattern of that kind alone", () => {
    const id = newId("audit");
    expect(id).toMatch(/^aud_[0-9a-z]{26}$/);
    expect(id).toMatch(idPattern("audit"));
    expect(id).not.toMatch(idPattern("job"));
    expect(`${id}x`).not.toMatch(idPattern("audit"));
  });

  it.each([
    { text: newId("key"), kind: "key" },
    { text: newId("user"), kind: "user" },
    { text: newId("logEntry"), kind: "logEntry" },
    { text: "mk_test_12345678", kind: undefined },
    { text: "keys", kind: undefined },
    { text: "", kind: undefined },
  ])("names a thing of a kind: $text", ({ text, kind }) => {
    expect(kindOf(text)).toBe(kind);
  });

  it("sorts by time as text", () => {
    fc.assert(
      fc.property(fc.nat(4_000_000_000_000), fc.nat(4_000_000_000_000), (a, b) => {
        fc.pre(a < b);
        expect(newId("event", a) < newId("event", b)).toBe(true);
      }),
    );
  });

  it("is never given twice", () => {
    expect(new Set(Array.from({ length: 10_000 }, () => newId("event", 0))).size).toBe(10_000);
  });

  it("derived from content is the same for the same content", () => {
    const bytes = new Uint8Array(32).map((_, i) => i * 7);
    expect(derivedId("finding", bytes)).toBe(derivedId("finding", bytes));
    expect(derivedId("finding", bytes)).toMatch(idPattern("finding"));
    expect(derivedId("finding", bytes)).not.toBe(derivedId("finding", bytes.toReversed()));
  });

  it("derived from content is another when any of 16 bytes is", () => {
    const bytes = new Uint8Array(16);
    const ids = Array.from(bytes, (_, i) => derivedId("finding", bytes.with(i, 1)));
    expect(new Set([derivedId("finding", bytes), ...ids]).size).toBe(17);
  });
});

describe("an id derived from its content at a time", () => {
  const bytes = new Uint8Array(32).map((_, i) => 255 - i);

  it("is the same for both alone, and tells its time", () => {
    expect(derivedIdAt("report", 1_795_000_000_000, bytes)).toBe(derivedIdAt("report", 1_795_000_000_000, bytes));
    expect(derivedIdAt("report", 1_795_000_000_000, bytes)).toMatch(idPattern("report"));
    expect(derivedIdAt("report", 1_795_000_000_000, bytes)).not.toBe(derivedIdAt("report", 1_795_000_000_000, bytes.toReversed()));
    expect(timeOf(derivedIdAt("report", 1_795_000_000_000, bytes))).toBe(1_795_000_000_000);
  });

  it("sorts among others by its time", () => {
    const ids = [newId("report", 1), derivedIdAt("report", 2, bytes), newId("report", 3)];
    expect(ids.toSorted()).toEqual(ids);
  });
});

describe("a cursor", () => {
  const rows = [1, 2, 3].map((id) => ({ id }));

  it("is absent on the last page", () => {
    expect(pageOf(rows, 3, ({ id }) => id)).toEqual({ items: rows });
    expect(pageOf([], 3, () => 0)).toEqual({ items: [] });
  });

  it.each(["aud_01k9z8q5v0c3r7t2m4n6p8s1w5", "~~~???>>>", "ñandú 漢字"])("brings its key back, and fits into an address: %s", (key) => {
    const { nextCursor = "" } = pageOf([key, "next"], 1, (row) => row);
    expect(nextCursor).toMatch(/^[\w-]+$/);
    expect(decodeCursor(nextCursor, Text)).toBe(key);
  });

  it("leads to what follows the last item of its page", () => {
    const { items, nextCursor } = pageOf(rows, 2, ({ id }) => id);
    expect(items).toEqual([{ id: 1 }, { id: 2 }]);
    expect(decodeCursor(nextCursor ?? "", z.int())).toBe(2);
  });

  it("gives back any key it was made of", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme-ascii" }), (key) => {
        const { nextCursor } = pageOf([key, key], 1, (row) => row);
        expect(nextCursor).toMatch(/^[\w-]*$/);
        expect(decodeCursor(nextCursor ?? "", Text)).toBe(key);
      }),
    );
  });

  it.each(["", "%", "bm90IGpzb24", btoa("[1,2]"), btoa("{}"), btoa('["text"]'), btoa("[null]")])("of somebody else's making is refused: %j", (cursor) => {
    expect(() => decodeCursor(cursor, z.int())).toThrow(
      expect.objectContaining({ code: "invalid", errors: [{ path: "query.cursor", message: expect.stringContaining("nextCursor") }] }),
    );
  });

  it("brings back a key of several parts", () => {
    const { nextCursor = "" } = pageOf(["usr_1", "usr_2"], 1, (id) => ["2026-11-22", id]);
    expect(decodeCursor(nextCursor, z.tuple([z.iso.date(), Text]))).toEqual(["2026-11-22", "usr_1"]);
  });

  const byId = encodeCursor(newId("audit"));
  it.each([
    { of: "another kind of key", read: () => decodeCursor(encodeCursor(7), Text) },
    { of: "no kind of key", read: () => decodeCursor(encodeCursor("7"), z.int()) },
    { of: "ids of another kind", read: () => decodeCursor(byId, Id("project")) },
    { of: "fewer parts", read: () => decodeCursor(byId, z.tuple([Text, Text])) },
    { of: "another name", read: () => decodeCursor(encodeCursor(7, "pages"), z.int(), "findings") },
    { of: "no name", read: () => decodeCursor(encodeCursor(7), z.int(), "findings") },
    { of: "a name where none is asked for", read: () => decodeCursor(encodeCursor(7, "pages"), z.int()) },
  ])("of a list with $of is refused", ({ read }) => {
    expect(read).toThrow("nextCursor");
  });
});
