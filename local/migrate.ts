import { readdir, readFile } from "node:fs/promises";
import { inRoot } from "./paths.ts";
import type { Runtime } from "./runtime.ts";

/**
 * Applies the migrations that the database has not seen, in the order of their names; answers with those names.
 * The bookkeeping is wrangler's own (`d1_migrations`), so `wrangler d1 migrations list DB --local` agrees.
 */
export async function migrate(database: Runtime["database"]): Promise<string[]> {
  await database
    .prepare(
      `CREATE TABLE IF NOT EXISTS d1_migrations (
         id INTEGER PRIMARY KEY AUTOINCREMENT,
         name TEXT UNIQUE,
         applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
       )`,
    )
    .run();
  const { results } = await database.prepare("SELECT name FROM d1_migrations").all<{ name: string }>();
  const applied = new Set(results.map(({ name }) => name));
  const pending = (await readdir(inRoot("migrations"))).filter((name) => name.endsWith(".sql") && !applied.has(name)).sort();
  for (const name of pending) {
    const statements = (await readFile(inRoot("migrations", name), "utf8")).split("--> statement-breakpoint");
    await database.batch([
      ...statements.map((statement) => database.prepare(statement)),
      database.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(name),
    ]);
  }
  return pending;
}
