import { describe, expect, it } from "vitest";
import { notesOf, type Reach } from "../../../../../shared/audits/report/notes.ts";
import type { Language } from "../../../../../shared/platform/index.ts";

const whole: Reach = {
  status: "completed",
  pagesAreKept: true,
  maxPages: 100,
  maxDepth: null,
  include: [],
  exclude: [],
  respectRobots: true,
  pages: 40,
  fetched: 40,
  unfetched: 0,
  abandonedOrigins: [],
};

describe("the notes of a report", () => {
  it.each<{ outcome: string; reach: Partial<Reach>; says: RegExp }>([
    { outcome: "name the page limit that was reached", reach: { pages: 100, unfetched: 1_312 }, says: /limit of 100 pages; 1,312 more addresses were found/ },
    { outcome: "do not blame the limit when it was not reached", reach: { unfetched: 7 }, says: /7 more addresses.*robots\.txt blocks crawlers/ },
    {
      outcome: "name a host that stopped answering, and say what to do",
      reach: { unfetched: 7, abandonedOrigins: ["https://shop.example"] },
      says: /stopped asking https:\/\/shop\.example.*again later/,
    },
    { outcome: "say that its pages are no longer kept", reach: { pagesAreKept: false }, says: /no longer kept one by one/ },
    { outcome: "say that the audit was cancelled", reach: { status: "cancelled" }, says: /cancelled before its end/ },
    { outcome: "say that the audit failed", reach: { status: "failed" }, says: /failed before its end/ },
    { outcome: "say that it is still running", reach: { status: "running" }, says: /still running/ },
    { outcome: "name the depth", reach: { maxDepth: 3 }, says: /within 3 clicks/ },
    { outcome: "name what was included", reach: { include: ["/shop/**", "/blog/*"] }, says: /match these patterns.*\/shop\/\*\* {2}\/blog\/\*/ },
    {
      outcome: "say that the include patterns matched nothing else",
      reach: { include: ["docs/**"], pages: 1, fetched: 1 },
      says: /No other address matched the include patterns; patterns begin with a slash, such as \/docs\/\*\*/,
    },
    { outcome: "name what was left out", reach: { exclude: ["/cart"] }, says: /left out: \/cart/ },
    { outcome: "say that robots.txt was not obeyed", reach: { respectRobots: false }, says: /robots\.txt was not obeyed/ },
  ])("$outcome", ({ reach, says }) => {
    const usual = notesOf(whole, "en");
    const notes = notesOf({ ...whole, ...reach }, "en");
    expect(usual.filter((note) => says.test(note))).toEqual([]);
    expect(notes.filter((note) => says.test(note))).toHaveLength(1);
    expect(notesOf({ ...whole, ...reach }, "es")).toHaveLength(notes.length);
  });

  it.each<{ when: string; reach: Partial<Reach> }>([
    { when: "another page was fetched", reach: { fetched: 2 } },
    { when: "another file was fetched", reach: { pages: 1, fetched: 2 } },
    { when: "another address was found", reach: { pages: 1, fetched: 1, unfetched: 1 } },
    { when: "the audit is still running", reach: { pages: 1, fetched: 1, status: "running" } },
    { when: "nothing was asked for", reach: { pages: 1, fetched: 1, include: [] } },
  ])("do not blame the include patterns when $when", ({ reach }) => {
    expect(notesOf({ ...whole, include: ["/docs/**"], ...reach }, "en").filter((note) => note.includes("No other address"))).toEqual([]);
  });

  it.each<{ language: Language; reach: Partial<Reach>; says: string }>([
    { language: "en", reach: { maxPages: 1, pages: 1, unfetched: 1 }, says: "limit of 1 page; 1 more address was found and not fetched." },
    { language: "en", reach: { maxPages: 3, pages: 3, unfetched: 3 }, says: "limit of 3 pages; 3 more addresses were found and not fetched." },
    { language: "en", reach: { unfetched: 1 }, says: "1 more address was found and not fetched: " },
    { language: "en", reach: { unfetched: 3 }, says: "3 more addresses were found and not fetched: " },
    { language: "en", reach: { maxDepth: 1 }, says: "within 1 click of" },
    { language: "en", reach: { maxDepth: 3 }, says: "within 3 clicks of" },
    { language: "es", reach: { maxPages: 1, pages: 1, unfetched: 1 }, says: "límite de 1 página; encontró 1 dirección más que" },
    { language: "es", reach: { maxPages: 3, pages: 3, unfetched: 3 }, says: "límite de 3 páginas; encontró 3 direcciones más que" },
    { language: "es", reach: { unfetched: 1 }, says: "Se encontró 1 dirección más que no se rastreó: robots.txt la bloquea" },
    { language: "es", reach: { unfetched: 3 }, says: "Se encontraron 3 direcciones más que no se rastrearon: robots.txt las bloquea" },
    { language: "es", reach: { maxDepth: 1 }, says: "a 1 clic o menos" },
    { language: "es", reach: { maxDepth: 3 }, says: "a 3 clics o menos" },
  ])("agree in number: $says", ({ language, reach, says }) => {
    expect(notesOf({ ...whole, ...reach }, language)[0]).toContain(says);
  });

  it("always say that pages were not rendered and other sites not checked", () => {
    expect(notesOf(whole, "en")).toEqual([
      expect.stringContaining("not rendered in a browser"),
      expect.stringContaining("Links to other sites were not checked"),
    ]);
  });

  it("stay within the schema however many patterns there are", () => {
    const include = Array.from({ length: 50 }, (_, i) => `/${i}/${"x".repeat(490)}`);
    for (const note of notesOf({ ...whole, include }, "en")) expect(note.length).toBeLessThanOrEqual(1_000);
  });
});
