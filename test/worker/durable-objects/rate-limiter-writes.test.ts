import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { Hit } from "../../../shared/limits/index.ts";
import { minuteMs, newId } from "../../../shared/platform/index.ts";

let caller: string;

beforeEach(() => {
  caller = `key:${newId("key")}`;
});

const stub = () => env.RATE_LIMITER.get(env.RATE_LIMITER.idFromName(caller));
/** Takes one of so many that there are in a minute. */
const request = (limit: number): Hit => ({
  v: 1,
  quotas: [{ name: "list", limit, windowMs: minuteMs, cost: 1 }],
  usage: { workspaceId: "wsp_1", userId: "usr_1" },
});
const allowed = /^0 /;
const left = (units: number) => new RegExp(`^0 ${units} `);

describe("a request", () => {
  it("costs a row by itself; those that come at once share one", async () => {
    await runInDurableObject(stub(), async (limiter, { storage: { kv } }) => {
      let puts = 0;
      const put = kv.put.bind(kv);
      kv.put = (key, value) => {
        puts += 1;
        put(key, value);
      };
      for (let i = 1; i <= 3; i++) {
        await limiter.hit(request(30));
        expect(puts).toBe(i);
      }
      await Promise.all(Array.from({ length: 20 }, async () => await limiter.hit(request(30))));
      expect(puts).toBe(4);
    });
    await evictDurableObject(stub());
    expect(await stub().hit(request(30))).toMatch(left(6));
  });

  it("is told nothing that is not stored yet, also when it is refused for it", async () => {
    await runInDurableObject(stub(), async (limiter, { storage: { kv } }) => {
      const first = limiter.hit(request(1));
      expect(kv.get("list")).toBeUndefined();
      expect(await limiter.hit(request(1))).not.toMatch(allowed);
      expect(kv.get("list")).toBeDefined();
      expect(await first).toMatch(allowed);
    });
  });

  it("whose write failed is told so, and has taken nothing", async () => {
    await stub().hit(request(9));
    await runInDurableObject(stub(), async (limiter, { storage: { kv } }) => {
      const put = kv.put.bind(kv);
      kv.put = () => {
        throw new Error("the disk is full");
      };
      const answers = await Promise.allSettled([1, 2].map(async () => await limiter.hit(request(9))));
      expect(answers.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
      kv.put = put;
    });
    expect(await stub().hit(request(9))).toMatch(left(7));
  });

  it("that waits for its answer leaves nothing of a caller who is forgotten meanwhile", async () => {
    await stub().hit(request(9));
    const rest = await runInDurableObject(stub(), async (limiter, { storage }) => {
      const hit = async (): Promise<unknown> => await limiter.hit(request(9));
      await Promise.all([hit(), hit(), limiter.clear()]);
      return { keys: [...storage.kv.list()], alarm: await storage.getAlarm() };
    });
    expect(rest).toEqual({ keys: [], alarm: null });
  });
});
