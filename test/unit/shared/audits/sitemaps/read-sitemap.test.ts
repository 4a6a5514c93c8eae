import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSitemap } from "../../../../../shared/audits/sitemaps/index.ts";
import { bodyOf, encode, gzip, own, read } from "./reading.ts";

const declaration = '<?xml version="1.0" encoding="UTF-8"?>';
const namespace = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"';
const urlset = (inner: string): string => `${declaration}\n<urlset ${namespace}>${inner}</urlset>`;
const many = (count: number): string => urlset(Array.from({ length: count }, (_, n) => `<url><loc>https://example.com/${n}</loc></url>`).join("\n"));

describe("a sitemap in order", () => {
  it("yields its pages with their dates", async () => {
    const { summary, pages, sitemaps } = await read(
      urlset(`
        <url><loc> https://example.com/a </loc><lastmod>2026-11-01</lastmod><priority>0.5</priority></url>
        <url><lastmod>
          2026-11-02T10:00:00Z
        </lastmod><loc>http://example.com/b</loc></url>
        <url><loc>https://example.com/c</loc><lastmod/></url>`),
    );
    expect(pages).toEqual([
      { url: "https://example.com/a", lastmod: "2026-11-01" },
      { url: "http://example.com/b", lastmod: "2026-11-02T10:00:00Z" },
      { url: "https://example.com/c", lastmod: null },
    ]);
    expect(sitemaps).toEqual([]);
    expect(summary).toEqual({ kind: "urlset", entries: 3, problem: null });
  });

  it("yields its sitemaps when it is an index", async () => {
    const { summary, pages, sitemaps } = await read(
      `${declaration}<sitemapindex ${namespace}><sitemap><loc>https://example.com/1.xml.gz</loc><lastmod>2026</lastmod></sitemap><sitemap><loc>https://cdn.example/2.xml</loc></sitemap></sitemapindex>`,
    );
    expect(sitemaps).toEqual(["https://example.com/1.xml.gz", "https://cdn.example/2.xml"]);
    expect(pages).toEqual([]);
    expect(summary).toEqual({ kind: "index", entries: 2, problem: null });
  });

  it.each([
    { form: "entities", inner: "<url><loc>https://example.com/?a=1&amp;b=&#50;&#x26;c=3</loc></url>", url: "https://example.com/?a=1&b=2&c=3" },
    { form: "CDATA", inner: "<url><loc><![CDATA[https://example.com/?a=1&b=2]]></loc></url>", url: "https://example.com/?a=1&b=2" },
    { form: "letters outside ASCII", inner: "<url><loc>https://example.com/é</loc></url>", url: "https://example.com/%C3%A9" },
    {
      form: "comments around and inside",
      inner: "<!-- <url><loc>https://example.com/no</loc></url> --><url><loc><!-- x -->https://example.com/a<!-- y --></loc></url>",
      url: "https://example.com/a",
    },
    {
      form: "images and videos with addresses of their own",
      inner:
        "<url><image:image><image:loc>https://example.com/i.png</image:loc><loc>https://example.com/no</loc></image:image><loc>https://example.com/a</loc><video:loc>https://example.com/v</video:loc></url>",
      url: "https://example.com/a",
    },
    {
      form: "alternates",
      inner: '<url><loc>https://example.com/a</loc><xhtml:link rel="alternate" hreflang="es" href="https://example.com/es"/></url>',
      url: "https://example.com/a",
    },
    { form: "upper-case scheme and host", inner: "<url><loc>HTTPS://EXAMPLE.com/A</loc></url>", url: "https://example.com/A" },
  ])("is understood with $form", async ({ inner, url }) => {
    const { urls, summary } = await read(urlset(inner));
    expect(urls).toEqual([url]);
    expect(summary).toEqual({ kind: "urlset", entries: 1, problem: null });
  });

  it.each([
    {
      form: "a namespace prefix",
      text: '<sm:urlset xmlns:sm="http://www.sitemaps.org/schemas/sitemap/0.9"><sm:url><sm:loc>https://example.com/a</sm:loc></sm:url></sm:urlset>',
      kind: "urlset",
    },
    { form: "no declaration", text: "<urlset><url><loc>https://example.com/a</loc></url></urlset>", kind: "urlset" },
    { form: "a byte order mark and blank lines", text: `\uFEFF\n\n${urlset("<url><loc>https://example.com/a</loc></url>")}\n`, kind: "urlset" },
    { form: "plain text", text: "https://example.com/a", kind: "text" },
    { form: "plain text with a byte order mark and blank lines", text: "\uFEFF\r\n https://example.com/a \r\n\r\n", kind: "text" },
    {
      form: "RSS",
      text: "<rss version='2.0'><channel><link>https://example.com/</link><item><title>A</title><link>https://example.com/a</link></item><item><title>no page</title></item></channel></rss>",
      kind: "rss",
    },
    {
      form: "RDF",
      text: "<rdf:RDF><channel><link>https://example.com/</link></channel><item><link>https://example.com/a</link></item></rdf:RDF>",
      kind: "rss",
    },
    {
      form: "Atom",
      text: "<feed><link href='https://example.com/'/><entry><link rel='edit' href='https://example.com/edit'/><link rel='alternate' href='https://example.com/a'/><link href='https://example.com/second'/></entry></feed>",
      kind: "rss",
    },
  ])("may come with $form", async ({ text, kind }) => {
    const { urls, summary } = await read(text);
    expect(urls).toEqual(["https://example.com/a"]);
    expect(summary).toEqual({ kind, entries: 1, problem: null });
  });

  it.each([
    {
      form: "RSS",
      text: "<rss><channel><item><link>https://example.com/a</link><pubDate>Mon, 02 Nov 2026 10:00:00 GMT</pubDate></item></channel></rss>",
      lastmod: "Mon, 02 Nov 2026 10:00:00 GMT",
    },
    { form: "Atom", text: "<feed><entry><link href='https://example.com/a'/><updated>2026-11-02</updated></entry></feed>", lastmod: "2026-11-02" },
  ])("takes the date of an entry from $form", async ({ text, lastmod }) => {
    expect((await read(text)).pages).toEqual([{ url: "https://example.com/a", lastmod }]);
  });

  it.each([
    {
      encoding: "ISO-8859-1",
      bytes: Uint8Array.from([
        ...encode('<?xml version="1.0" encoding="ISO-8859-1"?><urlset><url><loc>https://example.com/'),
        0xe9,
        ...encode("</loc></url></urlset>"),
      ]),
    },
    {
      encoding: "UTF-16",
      bytes: new Uint8Array(
        Uint16Array.from("\uFEFF<urlset><url><loc>https://example.com/é</loc></url></urlset>", (character) => character.charCodeAt(0)).buffer,
      ),
    },
    {
      encoding: "UTF-8 that calls itself UTF-16",
      bytes: encode('<?xml version="1.0" encoding="UTF-16"?><urlset><url><loc>https://example.com/é</loc></url></urlset>'),
    },
    {
      encoding: "UTF-8 under an unknown name",
      bytes: encode('<?xml version="1.0" encoding="klingon"?><urlset><url><loc>https://example.com/é</loc></url></urlset>'),
    },
  ])("may be in $encoding", async ({ bytes }) => {
    expect((await read(bytes)).urls).toEqual(["https://example.com/%C3%A9"]);
  });

  it("hands its addresses on at most 500 at a time, in their order", async () => {
    const { chunks, urls } = await read(many(1_750));
    expect(Math.max(...chunks)).toBeLessThanOrEqual(500);
    expect(urls).toEqual(Array.from({ length: 1_750 }, (_, n) => `https://example.com/${n}`));
  });

  it("waits for whoever takes its addresses", async () => {
    const { stream } = bodyOf(encode(many(3_000)), 1_000);
    let busy = 0;
    let mostBusy = 0;
    await readSitemap(stream, {
      url: own,
      onPages: async () => {
        busy += 1;
        mostBusy = Math.max(mostBusy, busy);
        await Promise.resolve();
        busy -= 1;
      },
      onSitemaps: () => undefined,
    });
    expect(mostBusy).toBe(1);
  });

  it.each([1, 2, 3, 7, 100])("reads the same in pieces of %i bytes, packed or not", async (size) => {
    const text = urlset("<url><loc>https://example.com/é?a&amp;b</loc><lastmod>2026</lastmod></url><url><loc><![CDATA[https://example.com/b]]></loc></url>");
    const whole = await read(text);
    const inPieces = await read(text, { size });
    const packed = await read(await gzip(encode(text)), { size });
    expect(inPieces.pages).toEqual(whole.pages);
    expect(packed.pages).toEqual(whole.pages);
    expect([inPieces.summary, packed.summary]).toEqual([whole.summary, whole.summary]);
  });

  it("is unpacked when it is gzip, whatever its name says", async () => {
    const { summary, urls } = await read(await gzip(encode(many(5_000))));
    expect(summary).toEqual({ kind: "urlset", entries: 5_000, problem: null });
    expect(urls).toHaveLength(5_000);
  });
});

describe("a problem", () => {
  it.each([
    { file: "nothing", text: "", problem: "It is empty" },
    { file: "white space", text: " \n\t ", problem: "It is empty" },
    { file: "a web page", text: "<!DOCTYPE html>\n<title>Not found</title>", problem: "It is a web page (HTML), not a sitemap" },
    { file: "a web page without a doctype", text: "<HTML><body>", problem: "It is a web page (HTML), not a sitemap" },
    {
      file: "some other XML",
      text: "<error><code>404</code></error>",
      problem: "It is not a sitemap: its outermost element is <error>, not <urlset> or <sitemapindex>",
    },
    { file: "a declaration alone", text: declaration, problem: "It is not valid XML: it holds no complete element" },
    { file: "a tag that breaks off", text: "<urlset xmlns='a", problem: "It is not valid XML: it holds no complete element" },
    { file: "prose", text: "Not found", problem: "It is not a sitemap: it is neither XML nor a list of addresses" },
    { file: "JSON", text: '{"error":404}', problem: "It is not a sitemap: it is neither XML nor a list of addresses" },
    { file: "a list of paths", text: "/a\n/b", problem: "It is not a sitemap: it is neither XML nor a list of addresses" },
    { file: "bytes at random", text: "\0\x01\x02", problem: "It is not a sitemap: it is neither XML nor a list of addresses" },
  ])("of $file leaves nothing to read", async ({ text, problem }) => {
    const { summary, pages, sitemaps } = await read(text);
    expect(summary).toEqual({ kind: "unknown", entries: 0, problem });
    expect([...pages, ...sitemaps]).toEqual([]);
  });

  const good = "<url><loc>https://example.com/a</loc></url>";
  it.each([
    { file: "that breaks off", text: `<urlset>${good}<url><loc>https://example.com/b`, problem: "It ends in the middle: </urlset> is missing" },
    { file: "with an element left open", text: `<urlset><url><loc>https://example.com/a</url></urlset>`, problem: "It is not valid XML: <loc> is not closed" },
    {
      file: "followed by another",
      text: `<urlset>${good}</urlset><p>Warning</p><url><loc>https://example.com/b</loc></url>`,
      problem: "It is not valid XML: <p> follows after its end",
    },
    {
      file: "with a bare ampersand",
      text: "<urlset><url><loc>https://example.com/?a&b</loc></url></urlset>",
      problem: "It is not valid XML: an & in an address must be written as &amp;",
    },
    {
      file: "with a relative address",
      text: `<urlset>${good}<url><loc>/b</loc></url></urlset>`,
      problem: 'Entries skipped because they hold no absolute http(s) address, such as "/b": 1',
    },
    {
      file: "with addresses of other schemes",
      text: `<urlset>${good}<url><loc>ftp://example.com/b</loc></url><url><loc>//example.com/b</loc></url></urlset>`,
      problem: 'Entries skipped because they hold no absolute http(s) address, such as "ftp://example.com/b": 2',
    },
    {
      file: "with an entry without an address",
      text: `<urlset>${good}<url/></urlset>`,
      problem: "Entries skipped because they hold no absolute http(s) address: 1",
    },
    {
      file: "with an endless address",
      text: `<urlset>${good}<url><loc>https://example.com/${"b".repeat(5_000)}</loc></url></urlset>`,
      problem: `Entries skipped because they hold no absolute http(s) address, such as "https://example.com/${"b".repeat(80)}": 1`,
    },
    {
      file: "of several lines, some of them prose",
      text: "https://example.com/a\n# comment\nfoo",
      problem: 'Entries skipped because they hold no absolute http(s) address, such as "# comment": 2',
    },
  ])("of a file $file does not hide what is good in it", async ({ text, problem }) => {
    const { summary, urls } = await read(text);
    expect(summary).toMatchObject({ entries: 1, problem });
    expect(urls[0]).toMatch(/^https:\/\/example\.com\/(a|\?a&b)$/);
  });

  it.each([
    { text: "<urlset></urlset>", kind: "urlset" },
    { text: "<sitemapindex/>", kind: "index" },
    { text: "<rss><channel><link>https://example.com/</link></channel></rss>", kind: "rss" },
  ])("is a file without entries: $text", async ({ text, kind }) => {
    expect((await read(text)).summary).toEqual({ kind, entries: 0, problem: "It lists no addresses" });
  });

  it("is an index that lists itself, which is not followed", async () => {
    const { summary, sitemaps } = await read(
      `<sitemapindex><sitemap><loc>${own}</loc></sitemap><sitemap><loc>https://example.com/b.xml</loc></sitemap></sitemapindex>`,
    );
    expect(sitemaps).toEqual(["https://example.com/b.xml"]);
    expect(summary.problem).toBe("It lists itself among its sitemaps");
  });

  it("is more addresses than allowed, of which the first are read", async () => {
    const { summary, urls, fate } = await read(many(20_000), { maxUrls: 1_000 });
    expect(summary).toEqual({ kind: "urlset", entries: 1_000, problem: "It lists too many addresses: more than 1,000, and the rest was not read" });
    expect(urls).toHaveLength(1_000);
    expect(fate.cancelled).toBe(true);
  });

  it("is not exactly as many addresses as allowed", async () => {
    expect((await read(many(1_000), { maxUrls: 1_000 })).summary).toEqual({ kind: "urlset", entries: 1_000, problem: null });
  });

  it("is more bytes than allowed, of which the first are read", async () => {
    const { summary, fate } = await read(many(20_000), { maxBytes: 100_000 });
    expect(summary.problem).toBe("It is too big: more than 100,000 bytes when unpacked, and the rest was not read");
    expect(summary.entries).toBeGreaterThan(1_000);
    expect(fate.cancelled).toBe(true);
    expect(fate.sent).toBeLessThan(300_000);
  });

  it("is a gzip bomb, of which only the beginning is unpacked", async () => {
    const bomb = await gzip(new Uint8Array(60 * 1024 * 1024).fill(32));
    const { summary, fate } = await read(bomb, { size: 1_024, maxBytes: 1024 * 1024 });
    expect(summary).toEqual({ kind: "unknown", entries: 0, problem: "It is too big: more than 1 MB when unpacked, and the rest was not read" });
    expect(fate.cancelled).toBe(true);
    expect(fate.sent).toBeLessThan(bomb.length / 2);
  });

  it("is gzip that breaks off, whose beginning is read", async () => {
    const packed = await gzip(encode(many(20_000)));
    const { summary } = await read(packed.subarray(0, packed.length / 2));
    expect(summary.problem).toBe("Its gzip data is damaged or incomplete");
    expect(summary.entries).toBeGreaterThan(1_000);
  });

  it("is gzip in name only", async () => {
    expect((await read(Uint8Array.from([0x1f, 0x8b, 1, 2, 3, 4, 5, 6, 7, 8, 9]))).summary).toEqual({
      kind: "unknown",
      entries: 0,
      problem: "Its gzip data is damaged or incomplete",
    });
  });

  it.each([
    { file: "a comment that never ends", text: `<!-- ${"x".repeat(3_000_000)}`, problem: "It is not valid XML: a tag or comment never ends" },
    { file: "a tag that never ends", text: `<${"x".repeat(3_000_000)}`, problem: "It is not valid XML: a tag or comment never ends" },
    { file: "an attribute that never ends", text: `<urlset a="${"x".repeat(3_000_000)}`, problem: "It is not valid XML: a tag or comment never ends" },
    { file: "elements without end", text: `<urlset>${"<a>".repeat(1_000_000)}`, problem: "It is not a sitemap: its elements are nested too deeply" },
  ])("is $file, which is given up early", async ({ text, problem }) => {
    const { summary, fate } = await read(text);
    expect(summary.problem).toBe(problem);
    expect(fate.sent).toBeLessThan(text.length / 2);
  });
});

describe("reading a sitemap", () => {
  it("fails as its stream fails, after handing on what came before", async () => {
    const begun = encode(many(3_000)).subarray(0, 100_000);
    let pulls = 0;
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulls += 1;
        if (pulls === 1) controller.enqueue(begun);
        else controller.error(new Error("connection lost"));
      },
    });
    let pages = 0;
    const onPages = (found: readonly unknown[]) => {
      pages += found.length;
    };
    const reading = readSitemap(stream, { url: own, onPages, onSitemaps: () => undefined });
    await expect(reading).rejects.toThrow("connection lost");
    expect(pages).toBeGreaterThan(1_000);
  });

  it("fails as its receiver fails, and cancels the stream", async () => {
    const { stream, fate } = bodyOf(encode(many(20_000)), 1_000);
    const onPages = () => {
      throw new Error("no room");
    };
    await expect(readSitemap(stream, { url: own, onPages, onSitemaps: () => undefined })).rejects.toThrow("no room");
    expect(fate.cancelled).toBe(true);
  });

  it("never fails for what is in the file", async () => {
    const part = fc.constantFrom(
      "<urlset>",
      "</urlset>",
      "<url>",
      "</url>",
      "<loc>",
      "</loc>",
      "<loc/>",
      "<sitemapindex>",
      "<sitemap>",
      "<rss>",
      "<item>",
      "<link>",
      "https://example.com/a",
      "<![CDATA[",
      "]]>",
      "<!--",
      "-->",
      "&",
      "&amp;",
      "<",
      ">",
      "\n",
      " ",
      "é",
      "\0",
      "<?xml ",
    );
    const text = fc.array(part, { maxLength: 25 }).map((parts) => encode(parts.join("")));
    await fc.assert(
      fc.asyncProperty(fc.oneof(text, fc.uint8Array({ maxLength: 200 })), fc.integer({ min: 1, max: 50 }), async (bytes, size) => {
        const { summary, pages, sitemaps } = await read(bytes, { size });
        expect(summary.entries).toBe(pages.length + sitemaps.length);
        for (const { url } of pages) expect(url).toMatch(/^https?:\/\//);
      }),
      { numRuns: 300 },
    );
  });
});
