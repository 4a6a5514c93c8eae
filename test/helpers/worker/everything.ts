import { listDurableObjectIds, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";

// All that an installation keeps, as text: to look for what must be nowhere.

/** Where something stands, such as `users`, `dev-mail/…` or `AuditCrawl page`, and what: a row or an object as JSON. */
export interface Kept {
  readonly place: string;
  readonly text: string;
}

/** Every row of the database, every object of the bucket and every row or key in the storage of every object. */
export async function everything(): Promise<Kept[]> {
  return [...(await allRows()), ...(await allFiles()), ...(await allStorage())];
}

/** Where a text stands, without repeats. */
export async function placesOf(text: string): Promise<string[]> {
  return [...new Set((await everything()).filter((kept) => `${kept.place} ${kept.text}`.includes(text)).map(({ place }) => place))].sort();
}

/** The names of the tables that the migrations made. */
export async function tableNames(): Promise<string[]> {
  const { results } = await env.DB.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_cf%' ESCAPE '\\' AND name <> 'd1_migrations' ORDER BY name",
  ).all<{ name: string }>();
  return results.map(({ name }) => name);
}

/** Every row of the database, table by table, as it is at one moment. */
export async function allRows(): Promise<Kept[]> {
  const places = await tableNames();
  const answers = await env.DB.batch<object>(places.map((place) => env.DB.prepare(`SELECT * FROM ${place}`)));
  return places.flatMap((place, i) => (answers[i]?.results ?? []).map((row) => ({ place, text: JSON.stringify(row) })));
}

async function allFiles(): Promise<Kept[]> {
  const { objects } = await env.STORE.list();
  return Promise.all(objects.map(async ({ key }) => ({ place: key, text: (await (await env.STORE.get(key))?.text()) ?? "" })));
}

async function allStorage(): Promise<Kept[]> {
  const kept: Kept[] = [];
  for (const id of await listDurableObjectIds(env.AUDIT_CRAWL))
    kept.push(...(await runInDurableObject(env.AUDIT_CRAWL.get(id), (_, { storage }) => storedIn(storage.sql, "AuditCrawl"))));
  for (const id of await listDurableObjectIds(env.RATE_LIMITER))
    kept.push(...(await runInDurableObject(env.RATE_LIMITER.get(id), (_, { storage }) => keptIn(storage.kv, "RateLimiter"))));
  for (const id of await listDurableObjectIds(env.ONLINE_USERS))
    kept.push(...(await runInDurableObject(env.ONLINE_USERS.get(id), (_, { storage }) => storedIn(storage.sql, "OnlineUsers"))));
  for (const id of await listDurableObjectIds(env.ONLINE_TOTALS))
    kept.push(...(await runInDurableObject(env.ONLINE_TOTALS.get(id), (_, { storage }) => storedIn(storage.sql, "OnlineTotals"))));
  for (const id of await listDurableObjectIds(env.WEBHOOK_ENDPOINT))
    kept.push(...(await runInDurableObject(env.WEBHOOK_ENDPOINT.get(id), (_, { storage }) => storedIn(storage.sql, "WebhookEndpoint"))));
  for (const id of await listDurableObjectIds(env.METRICS))
    kept.push(...(await runInDurableObject(env.METRICS.get(id), (_, { storage }) => storedIn(storage.sql, "Metrics"))));
  return kept;
}

function storedIn(sql: SqlStorage, name: string): Kept[] {
  const tables = sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 4) <> '_cf_'").toArray();
  return tables.flatMap((table) =>
    sql
      .exec(`SELECT * FROM "${table.name}"`)
      .toArray()
      .map((row) => ({ place: `${name} ${table.name}`, text: textOf(row) })),
  );
}

const keptIn = (kv: SyncKvStorage, name: string): Kept[] => [...kv.list()].map(([key, value]) => ({ place: `${name} ${key}`, text: textOf(value) }));

/** Bytes may hold text too. */
function textOf(row: unknown): string {
  return JSON.stringify(row, (_, value: unknown) => (value instanceof ArrayBuffer || value instanceof Uint8Array ? new TextDecoder().decode(value) : value));
}
