import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";

const Arrivals = z.object({ count: z.int(), again: z.int(), lastAt: z.number(), latencies: z.record(z.string(), z.array(z.number())) });
export type Arrivals = z.infer<typeof Arrivals>;

export interface Receiver extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
  /** Forgets what arrived so far. */
  reset(): Promise<void>;
  arrivals(): Promise<Arrivals>;
  /** What arrived, once so many did. Rejects after a minute without any. */
  until(count: number): Promise<Arrivals>;
}

const lookEveryMs = 200;
const patienceMs = 60_000;

/** A receiver of deliveries in another process; each answer takes `delayMs`. */
export async function startReceiver(delayMs: number): Promise<Receiver> {
  const child = fork(join(import.meta.dirname, "receiver.ts"), [String(delayMs)]);
  const [port]: unknown[] = await once(child, "message");
  const url = `http://127.0.0.1:${Number(port)}`;
  const arrivals = async (): Promise<Arrivals> => Arrivals.parse(await (await fetch(url)).json());
  return {
    url,
    arrivals,
    reset: async () => void (await (await fetch(url, { method: "DELETE" })).arrayBuffer()),
    async until(count) {
      let now = await arrivals();
      let movedAt = performance.now();
      while (now.count < count) {
        if (performance.now() - movedAt > patienceMs) throw new Error(`${now.count} of ${count} deliveries arrived, and no other within a minute.`);
        await sleep(lookEveryMs);
        const next = await arrivals();
        if (next.count > now.count) movedAt = performance.now();
        now = next;
      }
      return now;
    },
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await once(child, "exit");
    },
  };
}
