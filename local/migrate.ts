import { readdir, readFile } from "node:fs/promises";
import { inRoot } from "./paths.ts";
import type { Runtime } from "./runtime.ts";

/**
 * Applies the migrations that the database has not seen, in the order of their names; answers with those names.
 * The bookkeeping is wrangler's own (`d1_migrations`), so `wrangler d1 migrations list DB --local` agrees.
 */
export async function migrate(database: Runtime["database"]): Promise<string[]> {
  await database.prepare(bookkeeping).run();
  const { results } = await database.prepare("SELECT name FROM d1_migrations").all<{ name: string }>();
  const applied = new Set(results.map(({ name }) => name));
  const pending = (await readdir(inRoot("migrations"))).filter((name) => name.endsWith(".sql") && !applied.has(name)).sort();
  for (const name of pending) await database.batch((await migrationStatements(name)).map((statement) => database.prepare(statement)));
  return pending;
}

const bookkeeping = `CREATE TABLE IF NOT EXISTS d1_migrations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`;

/** The statements of a migration, which end by noting that it was applied. */
export async function migrationStatements(name: string): Promise<string[]> {
  const statements = (await readFile(inRoot("migrations", name), "utf8")).split("--> statement-breakpoint");
  return [bookkeeping, ...statements.map((statement) => statement.trim()), `INSERT INTO d1_migrations (name) VALUES ('${name}')`];
}
