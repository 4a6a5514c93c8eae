import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createTopicLog, type LiveEvent, type TopicLog } from "../../../../shared/live/index.ts";
import { dayMs, hourMs, minuteMs, newId } from "../../../../shared/platform/index.ts";

interface Bench {
  log: TopicLog;
  now: number;
  readonly sql: SqlStorage;
  /** Throws away what the log holds in memory. */
  readonly reopen: () => void;
  /** Deletes everything, as the object does that has nothing left to keep. */
  readonly empty: () => void;
}

const noon = Date.UTC(2026, 10, 22, 12);

/** A log on the SQLite of an object, with a clock that the test holds. */
async function withLog(use: (bench: Bench) => void): Promise<void> {
  await runInDurableObject(env.RATE_LIMITER.get(env.RATE_LIMITER.newUniqueId()), (_, { storage }) => {
    let epochs = 0;
    const open = () => createTopicLog(storage.sql, { now: () => bench.now, newEpoch: () => `e${++epochs}` });
    const bench: Bench = {
      log: open(),
      now: noon,
      sql: storage.sql,
      reopen: () => {
        bench.log = open();
      },
      empty: () => {
        for (const table of tablesOf(storage.sql)) storage.sql.exec(`DROP TABLE ${table}`);
        bench.reopen();
      },
    };
    use(bench);
    bench.empty();
  });
}

const tablesOf = (sql: SqlStorage): string[] =>
  [...sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'topic%'")].map(({ name }) => name);

const userId = newId("user");
const event: LiveEvent = { type: "member.changed", userId };
const tell = ({ log, now }: Bench, topicKey = "workspace", key?: string) =>
  log.append(topicKey, { topic: "workspace", at: now, event, ...(key === undefined ? {} : { key }) });
const idOf = (message: { readonly id: string | null } | null): string => message?.id ?? "none";

interface Told {
  readonly id: string;
  readonly at: number;
}

/** What the log is to know, kept in lists. */
interface Model {
  readonly told: Map<string, Told[]>;
  readonly keys: Map<string, number>;
  /** Ids that were given, by topic. */
  readonly ids: Map<string, string[]>;
}

const topics = ["workspace", "me:a", "me:b"] as const;
const topic = fc.constantFrom(...topics);
const step = fc.oneof(
  { weight: 12, arbitrary: fc.record({ do: fc.constant("tell" as const), topic, times: fc.integer({ min: 1, max: 90 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("tell-key" as const), topic, key: fc.constantFrom("k1", "k2", "k3") }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("pass" as const),
      ms: fc.oneof(fc.integer({ min: 1, max: minuteMs }), fc.integer({ min: hourMs, max: 30 * hourMs })),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ do: "trim" } as const) },
  { weight: 2, arbitrary: fc.constant({ do: "reopen" } as const) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("forget" as const), topic }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

function take(bench: Bench, model: Model, given: Step): void {
  switch (given.do) {
    case "tell":
      for (let i = 0; i < given.times; i++) note(bench, model, given.topic, tell(bench, given.topic));
      break;
    case "tell-key": {
      const name = `${given.topic} ${given.key}`;
      const before = model.keys.get(name);
      const message = tell(bench, given.topic, given.key);
      // For a day at least a key is told once; what was forgotten may be told again.
      if (before === undefined) expect(message).not.toBeNull();
      else if (bench.now - before < dayMs) expect(message).toBeNull();
      if (message === null) break;
      model.keys.set(name, bench.now);
      note(bench, model, given.topic, message);
      break;
    }
    case "pass":
      bench.now += given.ms;
      break;
    case "trim":
      bench.log.trim();
      break;
    case "reopen":
      bench.reopen();
      break;
    case "forget":
      bench.log.forget(given.topic);
      model.told.delete(given.topic);
      for (const key of model.keys.keys()) if (key.startsWith(`${given.topic} `)) model.keys.delete(key);
      break;
  }
}

function note({ now }: Bench, { told, ids }: Model, topicKey: string, message: { readonly id: string | null } | null): void {
  const id = idOf(message);
  ids.set(topicKey, [...(ids.get(topicKey) ?? []), id]);
  told.set(topicKey, [...(told.get(topicKey) ?? []), { id, at: now }]);
}

const seqOf = (id: string): number => Number(id.split("-")[1]);

it("gives whoever resumes exactly what they missed, or says that it cannot", { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      await withLog((bench) => {
        const model: Model = { told: new Map(), keys: new Map(), ids: new Map() };
        for (const given of steps) take(bench, model, given);
        for (const topicKey of topics) {
          const told = model.told.get(topicKey) ?? [];
          const ids = model.ids.get(topicKey) ?? [];
          // Numbers of a topic grow, one by one as long as it is not forgotten, and never begin again.
          const numbers = ids.map(seqOf);
          expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
          expect(told.map(({ id }) => seqOf(id))).toEqual(told.map((_, i) => seqOf(told[0]?.id ?? "") + i));
          if (told.length > 0) expect(bench.log.lastId(topicKey)).toBe(told.at(-1)?.id);
          for (const after of [...ids.filter((_, i) => i % 17 === 0), ...ids.slice(-3)]) {
            const { resumed, messages } = bench.log.since(topicKey, after);
            const missed = told.filter(({ id }) => seqOf(id) > seqOf(after));
            const isRecent = missed.length <= 200 && missed.every(({ at }) => at >= bench.now - dayMs);
            if (isRecent) expect(resumed).toBe(true);
            expect(messages.map(idOf)).toEqual(resumed ? missed.map(({ id }) => id) : []);
            expect(messages.length).toBeLessThanOrEqual(250);
          }
        }
      });
    }),
    { numRuns: 60 },
  );
});

describe("the log of a topic", () => {
  it("makes no table before something is told or followed, and none when it is asked about nothing", async () => {
    await withLog((bench) => {
      expect(bench.log.since("workspace", "e1-0")).toEqual({ messages: [], resumed: false });
      expect(bench.log.trimAt()).toBeNull();
      bench.log.trim();
      bench.log.forget("me:a");
      expect(tablesOf(bench.sql)).toEqual([]);
    });
  });

  it("can be resumed by who came before anything was told", async () => {
    await withLog((bench) => {
      const start = bench.log.lastId("workspace");
      bench.reopen();
      const first = tell(bench);
      expect(bench.log.since("workspace", start)).toEqual({ messages: [first], resumed: true });
      expect(bench.log.lastId("workspace")).toBe(idOf(first));
      expect(bench.log.since("workspace", idOf(first))).toEqual({ messages: [], resumed: true });
    });
  });

  it("keeps what a topic is told from those who follow another", async () => {
    await withLog((bench) => {
      const start = bench.log.lastId("me:a");
      tell(bench, "me:a");
      const mine = tell(bench, "me:b");
      expect(bench.log.since("me:b", start).messages).toEqual([mine]);
    });
  });

  it.each([
    ["of an epoch that is over", (id: string) => id],
    ["of the future", () => "e2-99"],
    ["of a number that is none", () => "e2--1"],
    ["with more digits than a number has", () => "e2-99999999999999999999"],
    ["with a number in other words", () => "e2-01"],
    ["of nothing at all", () => ""],
    ["of somebody else's making", () => "e2-1; DROP TABLE topic_message"],
  ])("resumes nothing after an id %s", async (_, asId) => {
    await withLog((bench) => {
      const old = idOf(tell(bench));
      bench.empty();
      tell(bench);
      expect(bench.log.lastId("workspace")).toBe("e2-1");
      expect(bench.log.since("workspace", asId(old))).toEqual({ messages: [], resumed: false });
    });
  });

  it("tells a key once, for a day after its message was forgotten", async () => {
    await withLog((bench) => {
      tell(bench, "workspace", "evt_1");
      bench.now += 25 * hourMs;
      bench.log.trim();
      expect(bench.log.since("workspace", "e1-0").resumed).toBe(false);
      expect(tell(bench, "workspace", "evt_1")).toBeNull();
      expect(tell(bench, "me:a", "evt_1")).not.toBeNull();
      bench.now += 24 * hourMs;
      bench.log.trim();
      expect(tell(bench, "workspace", "evt_1")).not.toBeNull();
    });
  });

  it("says when something is old enough to be forgotten, and has nothing of it left then", async () => {
    await withLog((bench) => {
      tell(bench, "workspace", "evt_1");
      for (let rings = 0; bench.log.trimAt() !== null; rings++) {
        expect(rings).toBeLessThan(3);
        bench.now = bench.log.trimAt() ?? 0;
        bench.log.trim();
        bench.reopen();
      }
      const rows = ["topic_message", "topic_key"].map((table) => bench.sql.exec(`SELECT 1 FROM ${table}`).toArray().length);
      expect(rows).toEqual([0, 0]);
      expect(bench.now).toBeGreaterThanOrEqual(noon + dayMs);
      expect(bench.now).toBeLessThan(noon + 2 * dayMs + hourMs);
    });
  });

  it("forgets a topic whole, and its numbers do not begin again", async () => {
    await withLog((bench) => {
      for (let i = 0; i < 300; i++) tell(bench, "me:a", `evt_${i}`);
      bench.log.forget("me:a");
      const kept = JSON.stringify(tablesOf(bench.sql).map((table) => bench.sql.exec(`SELECT * FROM ${table}`).toArray()));
      expect(kept).not.toContain("me:a");
      bench.reopen();
      // Nor do those of a topic that is new say how many it had.
      for (const topicKey of ["me:a", "me:b"]) expect(idOf(tell(bench, topicKey))).toBe("e1-10001");
    });
  });

  it("numbers each topic by itself, also after its messages were forgotten", async () => {
    await withLog((bench) => {
      const start = bench.log.lastId("workspace");
      for (let i = 0; i < 7; i++) tell(bench, "me:a");
      expect(bench.log.lastId("workspace")).toBe(start);
      expect([idOf(tell(bench)), idOf(tell(bench, "me:a"))]).toEqual(["e1-1", "e1-8"]);
      bench.now += 25 * hourMs;
      bench.log.trim();
      bench.reopen();
      expect([idOf(tell(bench)), idOf(tell(bench, "me:a")), idOf(tell(bench, "me:b"))]).toEqual(["e1-2", "e1-9", "e1-1"]);
    });
  });

  it("that ended has nothing left, and what comes after it is another", async () => {
    await withLog((bench) => {
      const before = idOf(tell(bench, "workspace", "evt_1"));
      bench.log.end();
      expect(tablesOf(bench.sql)).toEqual([]);
      expect(idOf(tell(bench, "workspace", "evt_1"))).toBe("e2-1");
      expect(bench.log.since("workspace", before)).toEqual({ messages: [], resumed: false });
    });
  });

  it("holds two hundred and fifty messages of a topic at most", async () => {
    await withLog((bench) => {
      for (let i = 0; i < 1_000; i++) tell(bench);
      expect(bench.sql.exec<{ n: number }>("SELECT count(*) AS n FROM topic_message").one().n).toBeLessThanOrEqual(250);
    });
  });
});
