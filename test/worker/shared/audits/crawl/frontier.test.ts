import { describe, expect, it } from "vitest";
import type { CrawlOptions } from "../../../../../shared/audits/crawl/crawl-options.ts";
import { unlinkedDepth } from "../../../../../shared/audits/crawl/discovery.ts";
import { createFrontier, type Frontier } from "../../../../../shared/audits/crawl/frontier.ts";
import type { CrawlTask } from "../../../../../shared/audits/crawl/messages.ts";
import { maxLeases } from "../../../../../shared/audits/crawl/retry-policy.ts";
import { createScope } from "../../../../../shared/audits/urls/index.ts";
import { crawlOptions } from "../../../../helpers/worker/crawl-options.ts";
import { withCrawlTables } from "../../../../helpers/worker/crawl-tables.ts";

const now = 1_000_000;
const start = "https://example.com/";
const nothingSpent = { spent: 0, fetched: 0 };
const at = (path: string) => `https://example.com${path}`;
const paths = (tasks: readonly CrawlTask[]) => tasks.map(({ url }) => url.replace("https://example.com", ""));
const range = (count: number, prefix: string) => Array.from({ length: count }, (_, i) => at(`${prefix}${i}`));

interface Bench {
  readonly frontier: Frontier;
  readonly sql: SqlStorage;
  /** Leases everything there is, up to `count`. */
  readonly lease: (count?: number, budget?: { spent: number; fetched: number }) => CrawlTask[];
  /** Leases and settles. */
  readonly fetchAll: (count?: number) => string[];
  readonly row: (path: string) => Record<string, SqlStorageValue> | undefined;
}

interface Given extends Partial<CrawlOptions> {
  readonly blocked?: (url: string) => boolean;
  /** Not before robots.txt is known. */
  readonly withoutRobots?: boolean;
}

/** A frontier that was seeded with the start page; robots.txt of its origin is fetched and allows everything, unless said otherwise. */
function withFrontier<T>({ blocked = () => false, withoutRobots = false, ...options }: Given, use: (bench: Bench) => T): Promise<T> {
  return withCrawlTables((sql) => {
    const all = crawlOptions(options);
    const scope = createScope({ startUrl: start, include: all.include, exclude: all.exclude });
    const frontier = createFrontier({ sql, options: all, scope, admission: (url) => (blocked(url) ? "blocked" : "allowed") });
    frontier.seed(start);
    const lease: Bench["lease"] = (count = 1_000, budget = nothingSpent) => frontier.lease(count, budget, now);
    if (!withoutRobots) answerRobots(sql, frontier);
    return use({
      frontier,
      sql,
      lease,
      fetchAll(count) {
        const tasks = lease(count);
        for (const { id } of tasks) frontier.settle(id);
        return paths(tasks);
      },
      row: (path) => sql.exec("SELECT * FROM url WHERE url = ?", path.startsWith("http") ? path : at(path)).toArray()[0],
    });
  });
}

function answerRobots(sql: SqlStorage, frontier: Frontier): void {
  for (const { id } of sql.exec<{ id: number }>("SELECT id FROM url WHERE kind = 'robots' AND state = 'waiting'").toArray()) frontier.settle(id);
  sql.exec("UPDATE origin SET outcome = 'absent'");
}

describe("seeding", () => {
  it("gives out robots.txt alone, and pages once it is known", () =>
    withFrontier({ withoutRobots: true }, ({ frontier, sql, lease, fetchAll }) => {
      expect(paths(lease())).toEqual(["/robots.txt"]);
      expect(lease()).toEqual([]);
      expect(frontier.isEmpty(nothingSpent)).toBe(false);
      sql.exec("UPDATE url SET state = 'waiting', attempt = 0");
      answerRobots(sql, frontier);
      expect(fetchAll()).toEqual(["/"]);
    }));

  it("twice is once", () =>
    withFrontier({}, ({ frontier, fetchAll }) => {
      frontier.seed(start);
      expect(fetchAll()).toEqual(["/"]);
      expect(frontier.isEmpty(nothingSpent)).toBe(true);
    }));

  it("asks every origin of the site for its robots.txt, also when a page linked to that file first", () =>
    withFrontier({}, ({ frontier, sql, fetchAll, lease }) => {
      frontier.admit(["http://www.example.com/robots.txt"], { depth: 1 });
      frontier.admit(["http://www.example.com/a"], { depth: 1 });
      expect(fetchAll()).toEqual(["http://www.example.com/robots.txt", "/"]);
      expect(lease()).toEqual([]);
      sql.exec("UPDATE origin SET outcome = 'absent'");
      expect(fetchAll()).toEqual(["http://www.example.com/a"]);
      expect(frontier.isEmpty(nothingSpent)).toBe(true);
    }));
});

describe("admission", () => {
  it.each([
    { what: "a page", url: at("/a"), state: "waiting" },
    { what: "a page of the www twin", url: "https://www.example.com/a", state: "waiting" },
    { what: "a picture", url: at("/a.png"), state: "skipped" },
    { what: "what is excluded", url: at("/no/a"), state: "skipped" },
    { what: "a page of another host", url: "https://example.org/a", state: undefined },
    { what: "a page of another port", url: "https://example.com:8443/a", state: undefined },
    { what: "what is no address", url: "nonsense", state: undefined },
    { what: "an address of 2,048 characters", url: at(`/${"x".repeat(2_048 - at("/").length)}`), state: "waiting" },
    { what: "a longer address", url: at(`/${"x".repeat(2_049 - at("/").length)}`), state: undefined },
  ])("of $what makes it $state", ({ url, state }) =>
    withFrontier({ exclude: ["/no/**"] }, ({ frontier, row }) => {
      frontier.admit([url], { depth: 1 });
      expect(row(url)?.state).toBe(state);
    }),
  );

  it("remembers an address once, however often and by whatever way it is found", () =>
    withFrontier({}, ({ frontier, sql, fetchAll }) => {
      frontier.admit([at("/a"), at("/a")], { depth: 1 });
      frontier.admit([at("/a"), at("/b")], "sitemap");
      frontier.admit([at("/a")], { depth: 3 });
      expect(sql.exec("SELECT url, depth, in_sitemap, linked FROM url WHERE kind = 'page' AND id > 2 ORDER BY id").toArray()).toEqual([
        { url: at("/a"), depth: 1, in_sitemap: 1, linked: 1 },
        { url: at("/b"), depth: unlinkedDepth, in_sitemap: 1, linked: 0 },
      ]);
      expect(fetchAll()).toEqual(["/", "/a", "/b"]);
      frontier.admit([at("/a"), at("/")], { depth: 0 });
      expect(fetchAll()).toEqual([]);
    }));

  it("takes the shorter of two ways, and lets in what only its depth kept out", () =>
    withFrontier({ maxDepth: 2 }, ({ frontier, row, fetchAll }) => {
      frontier.admit([at("/far"), at("/far.png")], { depth: 3 });
      expect(row("/far")).toMatchObject({ state: "skipped", depth: 3 });
      frontier.admit([at("/far"), at("/far.png")], { depth: 2 });
      expect(row("/far")).toMatchObject({ state: "waiting", depth: 2 });
      expect(row("/far.png")).toMatchObject({ state: "skipped" });
      expect(fetchAll()).toEqual(["/", "/far"]);
    }));

  it("lets in a page of an origin and a section that nobody has heard of", () =>
    withFrontier({ maxDepth: 1 }, ({ frontier, sql, fetchAll }) => {
      frontier.admit(["https://www.example.com/new/a"], { depth: 2 });
      frontier.admit(["https://www.example.com/new/a"], { depth: 1 });
      expect(fetchAll()).toEqual(["https://www.example.com/robots.txt", "/"]);
      sql.exec("UPDATE origin SET outcome = 'absent'");
      expect(fetchAll()).toEqual(["https://www.example.com/new/a"]);
    }));

  it("gives a page that only a sitemap names the depth of what a link says later", () =>
    withFrontier({}, ({ frontier, row }) => {
      frontier.admit([at("/a")], "sitemap");
      expect(row("/a")).toMatchObject({ depth: unlinkedDepth, linked: 0 });
      frontier.admit([at("/a")], { depth: 4 });
      expect(row("/a")).toMatchObject({ depth: 4, linked: 1, in_sitemap: 1 });
    }));

  it("knows the ids of all addresses of a page, although it forgets some while it learns others", () =>
    withFrontier({ maxPages: 10_000 }, ({ frontier, sql }) => {
      const long = (n: number) => at(`/${"x".repeat(1_900)}${n}`);
      const many = Array.from({ length: 1_200 }, (_, n) => long(n));
      for (let i = 0; i < many.length; i += 400) frontier.admit(many.slice(i, i + 400), { depth: 1 });
      const idsOf = (urls: readonly string[]) => urls.map((url) => Number(sql.exec("SELECT id FROM url WHERE url = ?", url).one().id));
      const early = many.slice(0, 900);
      expect(frontier.idsOf(early)).toEqual(idsOf(early));
      const mixed = [...many.slice(0, 100), ...many.slice(1_000, 1_200), at("/nobody-knows")];
      expect(frontier.idsOf(mixed)).toEqual(idsOf(mixed.slice(0, 300)));
    }));

  it("forgets what comes after 20,000 addresses, and keeps room for links beside a large sitemap", () =>
    withFrontier({ maxPages: 1 }, ({ frontier, sql, row }) => {
      const known = () => sql.exec("SELECT COUNT(*) AS n FROM url").one().n;
      for (let i = 0; i < 22; i++) frontier.admit(range(500, `/s${i}/`), "sitemap");
      expect(known()).toBe(10_000);
      for (let i = 0; i < 22; i++) frontier.admit(range(500, `/l${i}/`), { depth: 1 });
      expect(known()).toBe(20_000);
      frontier.admit([at("/late"), at("/s0/1")], { depth: 1 });
      expect(row("/late")).toBeUndefined();
      expect(row("/s0/1")).toMatchObject({ depth: 1 });
    }));

  it("fetches 200 sitemaps at most, however often an index repeats them", () =>
    withFrontier({}, ({ frontier, sql }) => {
      for (let i = 0; i < 3; i++)
        frontier.admitSitemaps(
          range(150, "/sitemap-").flatMap((url) => [url, url]),
          "index",
        );
      frontier.admitSitemaps(range(150, "/other-"), "index");
      expect(sql.exec("SELECT COUNT(*) AS n FROM url WHERE kind = 'sitemap'").one().n).toBe(200);
    }));

  it("fetches five sitemaps of other hosts at most, so that a site cannot aim it at others", () =>
    withFrontier({}, ({ frontier, sql }) => {
      frontier.admitSitemaps(
        Array.from({ length: 50 }, (_, i) => `https://victim.example.net/${i}.xml`),
        "robots",
      );
      frontier.admitSitemaps([at("/sitemap.xml")], "well-known");
      const { elsewhere, own } = sql
        .exec("SELECT SUM(url LIKE '%victim%') AS elsewhere, SUM(url NOT LIKE '%victim%') AS own FROM url WHERE kind = 'sitemap'")
        .one();
      expect({ elsewhere, own }).toEqual({ elsewhere: 5, own: 1 });
    }));

  it("reads a sitemap that a page linked to before an index named it", () =>
    withFrontier({}, ({ frontier, lease }) => {
      frontier.admit([at("/posts.xml")], { depth: 1 });
      frontier.admitSitemaps([at("/posts.xml"), at(`/${"x".repeat(3_000)}.xml`)], "index");
      expect(lease()).toEqual([
        { id: expect.any(Number), kind: "sitemap", url: at("/posts.xml"), attempt: 1, source: "index" },
        { id: expect.any(Number), kind: "page", url: at("/"), attempt: 1 },
      ]);
    }));
});

describe("the order of leases", () => {
  it("is robots.txt, sitemaps, then pages by depth and discovery", () =>
    withFrontier({ withoutRobots: true }, ({ frontier, sql, lease }) => {
      frontier.admitSitemaps([at("/sitemap.xml")], "well-known");
      frontier.admit([at("/only-in-sitemap")], "sitemap");
      frontier.admit([at("/deep")], { depth: 2 });
      frontier.admit([at("/b"), at("/a")], { depth: 1 });
      expect(paths(lease(1))).toEqual(["/robots.txt"]);
      sql.exec("UPDATE origin SET outcome = 'absent'");
      expect(paths(lease(3))).toEqual(["/sitemap.xml", "/", "/b"]);
      expect(paths(lease())).toEqual(["/a", "/deep", "/only-in-sitemap"]);
    }));

  it("gives one section a quarter of the budget at most while another waits, also within one lease", () =>
    withFrontier({ maxPages: 40 }, ({ frontier, fetchAll }) => {
      frontier.admit([...range(100, "/many/"), ...range(3, "/few/")], { depth: 1 });
      const order = fetchAll(14);
      expect(order).toEqual(["/", ...Array.from({ length: 10 }, (_, i) => `/many/${i}`), "/few/0", "/few/1", "/few/2"]);
      expect(fetchAll(2)).toEqual(["/many/10", "/many/11"]);
      frontier.admit([...range(2, "/late/"), at("/many/new")], { depth: 9 });
      expect(fetchAll(3)).toEqual(["/late/0", "/late/1", "/many/12"]);
    }));

  it("goes round between sections that have all had their share", () =>
    withFrontier({ maxPages: 20 }, ({ frontier, fetchAll }) => {
      frontier.admit([...range(60, "/many/"), ...range(6, "/few/")], { depth: 1 });
      const order = fetchAll();
      expect(order).toHaveLength(20);
      expect(order.filter((path) => path.startsWith("/few/"))).toHaveLength(6);
    }));

  it("counts the section of a page that was too deep at first", () =>
    withFrontier({ maxPages: 8, maxDepth: 1 }, ({ frontier, fetchAll }) => {
      frontier.admit([at("/a/far")], { depth: 2 });
      frontier.admit(range(3, "/a/"), { depth: 1 });
      expect(fetchAll(3)).toEqual(["/", "/a/0", "/a/1"]);
      frontier.admit([at("/b/0"), at("/a/far")], { depth: 1 });
      expect(fetchAll(1)).toEqual(["/b/0"]);
    }));
});

describe("robots.txt", () => {
  it("keeps pages from being leased, which count as discovered and leave nothing to do", () =>
    withFrontier({ blocked: (url) => url.includes("/private") }, ({ frontier, row, fetchAll }) => {
      frontier.admit([...range(120, "/private/"), at("/open")], { depth: 1 });
      expect(fetchAll(2)).toEqual(["/", "/open"]);
      expect(fetchAll()).toEqual([]);
      expect(row("/private/1")).toMatchObject({ state: "blocked", attempt: 0 });
      expect(frontier.discovered()).toBe(122);
      expect(frontier.isEmpty({ spent: 2, fetched: 2 })).toBe(true);
    }));

  it("turns a whole site away in steps, each of which says that there is more to do", () =>
    withFrontier({ blocked: () => true, maxPages: 1_000 }, ({ frontier, sql, lease }) => {
      for (let i = 0; i < 10; i++) frontier.admit(range(500, `/p${i}/`), { depth: 1 });
      const waiting = () => Number(sql.exec("SELECT COUNT(*) AS n FROM url WHERE state = 'waiting'").one().n);
      let left = waiting();
      let calls = 0;
      while (frontier.hasDue(nothingSpent, now)) {
        expect(lease(1)).toEqual([]);
        expect(left - waiting()).toBeGreaterThan(0);
        expect(left - waiting()).toBeLessThanOrEqual(4_000);
        left = waiting();
        calls += 1;
      }
      expect(left).toBe(0);
      expect(calls).toBeGreaterThan(1);
      expect(frontier.isEmpty(nothingSpent)).toBe(true);
    }));
});

describe("the budget", () => {
  it("counts what is out, and is used up exactly", () =>
    withFrontier({ maxPages: 5 }, ({ frontier, lease }) => {
      frontier.admit(range(20, "/p/"), { depth: 1 });
      const first = lease(3);
      expect(first).toHaveLength(3);
      expect(lease(9)).toHaveLength(2);
      expect(lease(9)).toEqual([]);
      for (const { id } of first) frontier.settle(id);
      expect(lease(9, { spent: 3, fetched: 3 })).toEqual([]);
    }));

  it("is not touched by redirects and files, but a site of nothing else ends", () =>
    withFrontier({ maxPages: 2 }, ({ frontier, lease }) => {
      frontier.admit(range(200, "/p/"), { depth: 1 });
      let fetched = 0;
      for (let tasks = lease(); tasks.length > 0; tasks = lease(1_000, { spent: 0, fetched })) {
        for (const { id } of tasks) frontier.settle(id);
        fetched += tasks.length;
      }
      expect(fetched).toBe(56);
      expect(frontier.isEmpty({ spent: 0, fetched })).toBe(true);
    }));

  it("keeps the place of a page that is postponed", () =>
    withFrontier({ maxPages: 1 }, ({ frontier, lease }) => {
      frontier.admit([at("/other")], "sitemap");
      const [task] = lease();
      frontier.postpone(task?.id ?? 0, now + 5_000);
      expect(lease()).toEqual([]);
      expect(frontier.isEmpty(nothingSpent)).toBe(false);
      expect(paths(frontier.lease(9, nothingSpent, now + 5_000))).toEqual(["/"]);
    }));
});

describe("leases", () => {
  it("are given back when they run out, with a higher attempt and more time, and given up after five", () =>
    withFrontier({}, ({ frontier, sql }) => {
      let time = now;
      const ends: number[] = [];
      for (let attempt = 1; attempt <= maxLeases; attempt++) {
        const [task] = frontier.lease(9, nothingSpent, time);
        expect(task).toMatchObject({ url: start, attempt });
        expect(frontier.expire(time)).toEqual([]);
        const end = Number(sql.exec("SELECT lease_until FROM url WHERE id = ?", task?.id ?? 0).one().lease_until);
        ends.push(end - time);
        time = end;
        expect(frontier.nextDueAt(now)).toBe(end);
        expect(frontier.expire(end).map(({ url }) => url)).toEqual(attempt === maxLeases ? [start] : []);
      }
      expect(ends).toEqual([...ends].sort((a, b) => a - b));
    }));

  it("say of a lost sitemap where it was found", () =>
    withFrontier({}, ({ frontier, sql, lease }) => {
      frontier.admitSitemaps([at("/sitemap.xml")], "well-known");
      lease();
      sql.exec("UPDATE url SET attempt = ? WHERE state = 'leased'", maxLeases);
      expect(frontier.expire(now * 9)).toMatchObject([{ url: at("/") }, { url: at("/sitemap.xml"), source: "well-known" }]);
    }));

  it("are found by any attempt until the address is settled; only the one in force is the newest", () =>
    withFrontier({}, ({ frontier, lease }) => {
      const id = lease()[0]?.id ?? 0;
      expect(frontier.find(id, 1)).toMatchObject({ url: start, isNewest: true });
      frontier.expire(now * 9);
      expect(frontier.find(id, 1)).toMatchObject({ isNewest: false });
      lease();
      expect(frontier.find(id, 1)).toMatchObject({ isNewest: false });
      expect(frontier.find(id, 2)).toMatchObject({ isNewest: true });
      frontier.settle(id);
      expect(frontier.find(id, 2)).toBeNull();
    }));

  it("do not exist for addresses that were never out", () =>
    withFrontier({}, ({ frontier, row }) => {
      frontier.admit([at("/a")], { depth: 1 });
      expect(frontier.find(Number(row("/a")?.id), 0)).toBeNull();
      expect(frontier.find(999, 1)).toBeNull();
    }));
});

describe("what is to do", () => {
  const at4 = now + 4_000;
  it.each<{ state: string; arrange: (bench: Bench) => void; hasDue: boolean; nextDueAt: number | null; isEmpty: boolean; left: number; discovered: number }>([
    { state: "seeded", arrange: () => {}, hasDue: true, nextDueAt: null, isEmpty: false, left: 1, discovered: 1 },
    { state: "leased", arrange: ({ lease }) => lease(), hasDue: false, nextDueAt: now + 120_000, isEmpty: false, left: 1, discovered: 1 },
    {
      state: "postponed",
      arrange: ({ frontier, lease }) => frontier.postpone(lease()[0]?.id ?? 0, at4),
      ...{ hasDue: false, nextDueAt: at4, isEmpty: false, left: 1, discovered: 1 },
    },
    {
      state: "postponed until now",
      arrange: ({ frontier, lease }) => frontier.postpone(lease()[0]?.id ?? 0, now),
      ...{ hasDue: true, nextDueAt: null, isEmpty: false, left: 1, discovered: 1 },
    },
    { state: "settled", arrange: ({ fetchAll }) => fetchAll(), hasDue: false, nextDueAt: null, isEmpty: true, left: 0, discovered: 1 },
    {
      state: "over budget",
      arrange: ({ frontier, fetchAll }) => {
        fetchAll();
        frontier.admit(range(200, "/p/"), { depth: 1 });
        fetchAll();
      },
      ...{ hasDue: true, nextDueAt: null, isEmpty: false, left: 100, discovered: 201 },
    },
    {
      state: "left with skipped pages",
      arrange: ({ frontier, fetchAll }) => {
        frontier.admit([at("/a.png")], { depth: 1 });
        fetchAll();
      },
      ...{ hasDue: false, nextDueAt: null, isEmpty: true, left: 0, discovered: 1 },
    },
    {
      state: "waiting for another origin's robots.txt",
      arrange: ({ frontier, fetchAll, lease }) => {
        fetchAll();
        frontier.admit(["https://www.example.com/a"], { depth: 1 });
        lease();
      },
      ...{ hasDue: false, nextDueAt: now + 120_000, isEmpty: false, left: 1, discovered: 2 },
    },
  ])("is known when it is $state", ({ arrange, state: _state, ...expected }) =>
    withFrontier({}, (bench) => {
      arrange(bench);
      const { frontier } = bench;
      const seen = {
        hasDue: frontier.hasDue(nothingSpent, now),
        nextDueAt: frontier.nextDueAt(now),
        isEmpty: frontier.isEmpty(nothingSpent),
        left: frontier.left(nothingSpent),
        discovered: frontier.discovered(),
      };
      expect(seen).toEqual(expected);
    }),
  );

  it("is nothing once the budget is used, whatever waits", () =>
    withFrontier({ maxPages: 3 }, ({ frontier, fetchAll }) => {
      frontier.admit(range(20, "/p/"), { depth: 1 });
      fetchAll();
      const budget = { spent: 3, fetched: 3 };
      expect(frontier.hasDue(budget, now)).toBe(false);
      expect(frontier.isEmpty(budget)).toBe(true);
      expect(frontier.left(budget)).toBe(0);
      expect(frontier.discovered()).toBe(21);
    }));
});

describe("a site of 20,000 waiting pages in one section that has had its share", () => {
  it("costs a few rows for each lease and each look", () =>
    withFrontier({ maxPages: 1_000 }, ({ frontier, sql, fetchAll }) => {
      for (let i = 0; i < 40; i++) frontier.admit(range(500, `/docs/${i}/`), { depth: 1 });
      fetchAll(300);
      let read = 0;
      const counting = new Proxy(sql, {
        get: (target, name) =>
          name === "exec"
            ? (query: string, ...bindings: SqlStorageValue[]) => {
                const cursor = target.exec(query, ...bindings);
                const rows = cursor.toArray();
                read += cursor.rowsRead;
                return { toArray: () => rows, one: () => rows[0], rowsWritten: cursor.rowsWritten };
              }
            : Reflect.get(target, name, target),
      });
      const options = crawlOptions({ maxPages: 1_000 });
      const counted = createFrontier({ sql: counting, options, scope: createScope({ startUrl: start, include: [], exclude: [] }), admission: () => "allowed" });
      const budget = { spent: 300, fetched: 300 };
      const [first] = counted.lease(4, budget, now);
      counted.find(first?.id ?? 0, 1);
      counted.postpone(first?.id ?? 0, now + 1);
      counted.outstanding();
      counted.hasDue(budget, now);
      counted.nextDueAt(now);
      counted.isEmpty(budget);
      counted.expire(now);
      expect(read).toBeGreaterThan(10);
      expect(read).toBeLessThan(300);
    }));
});
