import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encode, gzip, read } from "./reading.ts";

interface Entry {
  readonly url: string;
  readonly lastmod: string | null;
}

/** Addresses as a site may write them, with all that XML and URLs escape. */
const address = fc
  .array(fc.constantFrom("a", "b", "/", "é", "漢", "😀", "%C3%A9", "?", "&", "=", "'", '"', "<", ">", ";", "&amp;", "]]", "(", "~"), { maxLength: 8 })
  .map((parts) => `https://example.com/${parts.join("")}`);
const lastmod = fc.option(fc.constantFrom("2026-11-22", "2026-11-22T10:00:00+01:00", "Mon, 02 Nov 2026", "<&>"));
const entries = fc.array(fc.record<Entry>({ url: address, lastmod }), { minLength: 1, maxLength: 12 });

const escapeXml = (text: string): string => text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
const asEntities = (text: string): string => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const asCdata = (text: string): string => `<![CDATA[${text.replaceAll("]]>", "]]]]><![CDATA[>")}]]>`;
const spellings = { numbers: escapeXml, entities: asEntities, cdata: asCdata, blanks: (text: string) => `\n  ${escapeXml(text)}\t` };
type Spelling = (text: string) => string;

const element = (name: string, text: string | null, spell: Spelling): string => (text === null ? "" : `<${name}>${spell(text)}</${name}>`);
const formats = {
  urlset: (all: readonly Entry[], spell: Spelling) =>
    `<urlset>${all.map((entry) => `<url>${element("lastmod", entry.lastmod, spell)}${element("loc", entry.url, spell)}<priority>1</priority></url>\n`).join("")}</urlset>`,
  prefixed: (all: readonly Entry[], spell: Spelling) =>
    `<s:urlset>${all.map((entry) => `<s:url>${element("s:loc", entry.url, spell)}${element("s:lastmod", entry.lastmod, spell)}</s:url>`).join("<!-- -->")}</s:urlset>`,
  rss: (all: readonly Entry[], spell: Spelling) =>
    `<rss><channel><link>https://example.com/</link>${all.map((entry) => `<item>${element("link", entry.url, spell)}${element("pubDate", entry.lastmod, spell)}</item>`).join("")}</channel></rss>`,
  atom: (all: readonly Entry[], spell: Spelling) =>
    `<feed>${all.map((entry) => `<entry><link href="${escapeXml(entry.url)}"/>${element("updated", entry.lastmod, spell)}</entry>`).join("")}</feed>`,
};

const utf16 = (text: string, isBig: boolean): Uint8Array =>
  Uint8Array.from(
    `\uFEFF${text}`.split("").flatMap((unit) => {
      const octets = [unit.charCodeAt(0) & 0xff, unit.charCodeAt(0) >>> 8];
      return isBig ? octets.reverse() : octets;
    }),
  );
const encodings = {
  "utf-8": encode,
  declared: (text: string) => encode(`<?xml version="1.0" encoding="utf-8"?>\n${text}`),
  marked: (text: string) => encode(`\uFEFF${text}`),
  "utf-16le": (text: string) => utf16(text, false),
  "utf-16be": (text: string) => utf16(text, true),
};

const encodingName = fc.constantFrom("utf-8", "declared", "marked", "utf-16le", "utf-16be");
const written = fc.record({
  all: entries,
  format: fc.constantFrom("urlset", "prefixed", "rss", "atom"),
  spell: fc.constantFrom("numbers", "entities", "cdata", "blanks"),
  encoding: encodingName,
  isPacked: fc.boolean(),
  size: fc.integer({ min: 1, max: 100 }),
});
type Written = typeof written extends fc.Arbitrary<infer File> ? File : never;

/** A file as it is, as it is sent, and in which pieces: what is packed is sent in larger ones, each of which takes a turn of the event loop. */
async function send({ all, format, spell, encoding, isPacked, size }: Written) {
  const bytes = encodings[encoding](formats[format](all, spellings[spell]));
  return isPacked ? { bytes, sent: await gzip(bytes), size: size * 40 } : { bytes, sent: bytes, size };
}

describe("a sitemap", () => {
  it("is read as it was written, in any form and encoding, packed or not, in pieces of any size", async () => {
    await fc.assert(
      fc.asyncProperty(written, async (file) => {
        const { sent, size } = await send(file);
        const { summary, pages } = await read(sent, { size });
        expect(pages).toEqual(file.all.map((entry) => ({ url: new URL(entry.url).href, lastmod: entry.lastmod })));
        expect(summary).toMatchObject({ entries: file.all.length, problem: null });
      }),
      { numRuns: 120 },
    );
  }, 30_000);

  it("of plain text is read as it was written", async () => {
    const ending = fc.constantFrom("\n", "\r\n", "\r", "\n\n \n");
    await fc.assert(
      fc.asyncProperty(
        entries,
        ending,
        encodingName.filter((name) => name !== "declared"),
        fc.integer({ min: 1, max: 50 }),
        async (all, end, encoding, size) => {
          const { summary, urls } = await read(encodings[encoding](all.map(({ url }) => url).join(end)), { size });
          expect(urls).toEqual(all.map(({ url }) => new URL(url).href));
          expect(summary).toEqual({ kind: "text", entries: all.length, problem: null });
        },
      ),
      { numRuns: 100 },
    );
  }, 30_000);

  it("with damage anywhere never fails, and yields nothing but usable addresses", async () => {
    const damage = fc.record({
      at: fc.nat(),
      remove: fc.nat(40),
      insert: fc.oneof(
        fc.uint8Array({ maxLength: 12 }),
        fc.constantFrom("<", "&", "</url>", "<![CDATA[", "<!--", "\0", "&#0;", "]]>", "<!DOCTYPE html>").map(encode),
      ),
    });
    await fc.assert(
      fc.asyncProperty(written, fc.array(damage, { minLength: 1, maxLength: 3 }), fc.boolean(), async (file, damages, isPackedLater) => {
        const { bytes, sent, size } = await send(file);
        let broken = isPackedLater ? bytes : sent;
        for (const { at, remove, insert } of damages) {
          const start = at % (broken.length + 1);
          broken = Uint8Array.from([...broken.subarray(0, start), ...insert, ...broken.subarray(start + remove)]);
        }
        const { summary, pages, sitemaps } = await (isPackedLater ? read(await gzip(broken)) : read(broken, { size }));
        expect(summary.entries).toBe(pages.length + sitemaps.length);
        for (const page of pages) {
          expect(new URL(page.url).protocol).toMatch(/^https?:$/);
          expect(page.lastmod?.length ?? 1).toBeGreaterThan(0);
          expect(page.lastmod?.length ?? 0).toBeLessThanOrEqual(100);
          expect(page.lastmod?.isWellFormed() ?? true).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  }, 30_000);

  it("is read to its limits: the first addresses, and no byte beyond", async () => {
    const limits = fc.record({
      maxUrls: fc.integer({ min: 1, max: 14 }),
      given: fc.oneof(fc.record({ bytes: fc.integer({ min: 1, max: 1_500 }) }), fc.record({ beyond: fc.integer({ min: -2, max: 2 }) })),
    });
    await fc.assert(
      fc.asyncProperty(written, limits, async (file, { maxUrls, given }) => {
        const { bytes, sent, size } = await send(file);
        const maxBytes = "bytes" in given ? given.bytes : bytes.length + given.beyond;
        const all = (await read(sent)).pages;
        const { summary, pages, fate } = await read(sent, { size, maxUrls, maxBytes });
        expect(pages).toEqual(all.slice(0, pages.length));
        expect(pages.length).toBeLessThanOrEqual(maxUrls);
        const isWithin = all.length <= maxUrls && bytes.length <= maxBytes && sent.length <= maxBytes;
        expect(summary.problem === null).toBe(isWithin);
        if (isWithin) expect(pages).toEqual(all);
        expect(fate.sent).toBeLessThanOrEqual(sent.length + size);
      }),
      { numRuns: 120 },
    );
  }, 30_000);
});
