import { env } from "cloudflare:workers";
import { type Database, directoryDatabase } from "../../../shared/db/client.ts";
import { injectFaults, stopFaults } from "./faults.ts";
import { withFaults } from "./faulty-bindings.ts";

/** How SQLite goes about the first query that `work` asks, in its own words: which indexes it uses, what it scans. */
export async function planOf(work: (db: Database) => Promise<unknown>): Promise<string> {
  return (await plansOf(work))[0] ?? "";
}

/** The same of every query that `work` asks, in the order in which it asks them. */
export async function plansOf(work: (db: Database) => Promise<unknown>): Promise<string[]> {
  const asked: string[] = [];
  injectFaults(({ text }) => void asked.push(text));
  await work(directoryDatabase(withFaults(env)));
  stopFaults();
  return Promise.all(asked.map(explain));
}

async function explain(query: string): Promise<string> {
  const values = Array.from(query.matchAll(/\?/g), () => 0);
  const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${query}`)
    .bind(...values)
    .all<{ detail: string }>();
  return results.map(({ detail }) => detail).join("; ");
}
