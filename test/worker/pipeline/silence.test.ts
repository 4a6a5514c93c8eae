import { beforeAll, describe, expect, it } from "vitest";
import { seedKey, seedWorkspace } from "../../helpers/worker/api.ts";
import { auditAndRead, type Seen } from "../../helpers/worker/audit-seen.ts";
import { defineSite } from "../../helpers/worker/site.ts";

const page = (body: string): string => `<!doctype html><html lang="en"><head><title>A page of this site</title></head><body><h1>Page</h1>${body}</body></html>`;

const silent = { fault: "no-answer" } as const;
const sites = {
  mute: { "*": silent },
  start: { "/robots.txt": "", "/sitemap.xml": { status: 404 }, "*": silent },
  inner: { "/": page('<a href="/quiet">A page</a><a href="/begun">Another page</a>'), "/quiet": silent, "/begun": { fault: "hang-in-body" } },
} as const;
type Site = keyof typeof sites;

describe("a server that accepts connections and says nothing", () => {
  const seen: Partial<Record<Site, Seen>> = {};

  // All at once: every request waits for its deadline, and is made three times.
  beforeAll(async () => {
    const key = await seedKey(await seedWorkspace());
    const run = async (site: Site): Promise<void> => {
      const host = `${site}.silence.example.org`;
      await defineSite(host, sites[site]);
      seen[site] = await auditAndRead(key, `http://${host}/`);
    };
    await Promise.all([run("mute"), run("start"), run("inner")]);
  }, 240_000);

  it("is no site: nothing answers, not even for robots.txt", () => {
    expect(seen.mute).toMatchObject({
      status: "failed",
      error: "The host mute.silence.example.org could not be found or did not answer. Check the address, or try again later.",
    });
  });

  it("for its start page fails the audit", () => {
    expect(seen.start).toMatchObject({
      status: "failed",
      error:
        "The start page could not be fetched. start.silence.example.org did not answer completely within 15 s. Try again later, or ask whoever runs the site.",
    });
  });

  it("for some pages, or falls silent in their middle, is told of in a report that is otherwise whole", () => {
    expect(seen.inner).toMatchObject({ status: "completed", pages: 3 });
    const { sentences = [] } = seen.inner ?? {};
    expect(sentences.filter((sentence) => sentence === "The page gave no usable response (timeout).")).toHaveLength(2);
    expect(sentences).toContain("inner.silence.example.org did not answer completely within 15 s.");
  });
});
