import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { build } from "../../../../local/build.ts";
import { migrate } from "../../../../local/migrate.ts";
import { inRoot } from "../../../../local/paths.ts";
import { type Runtime, startRuntime } from "../../../../local/runtime.ts";
import { devVars } from "../../../../local/secrets.ts";
import { seed } from "../../../../local/seed.ts";
import { sqlOn } from "../../../../local/sql-text.ts";
import { runTool } from "../../../../local/tools.ts";
import { fillTables } from "../../../helpers/node/fill-tables.ts";

// What an operator does when the database is lost, on the real runtime: the same commands, the same Worker.

const site = createServer((_, response) => response.setHeader("Content-Type", "text/html").end("<title>Shop</title><h1>Shop</h1>"));
const folders: string[] = [];
let state = "";
let key = "";
let auditId = "";
let backupId = "";
/** Rows of each table when the backup was made. */
let before: Record<string, number>;
let answersBefore: unknown[] = [];

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "mentha-drill-"));
  folders.push(folder);
  return folder;
}

async function withMentha<T>(work: (mentha: Runtime) => Promise<T>): Promise<T> {
  const vars = { ENVIRONMENT: "development", PUBLIC_URL: "http://localhost", EGRESS_ALLOW: "loopback", ...(await devVars()) };
  const mentha = await startRuntime({ port: 0, vars, persistTo: join(state, "v3"), onLog: () => {} });
  try {
    return await work(mentha);
  } finally {
    await mentha.close();
  }
}

async function ask(mentha: Runtime, path: string, method = "GET", body?: unknown) {
  const headers = { "X-API-Key": key, ...(body === undefined ? {} : { "Content-Type": "application/json" }) };
  const answer = await fetch(`${mentha.url}${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
  return JSON.parse(text);
}

const askAll = (mentha: Runtime) =>
  Promise.all([`/api/v1/audits/${auditId}`, `/api/v1/audits/${auditId}/findings`, "/api/v1/keys", "/api/v1/workspace"].map((path) => ask(mentha, path)));

async function countRows({ database }: Runtime): Promise<Record<string, number>> {
  const own = "type = 'table' AND substr(name, 1, 7) <> 'sqlite_' AND substr(name, 1, 4) <> '_cf_' AND name <> 'd1_migrations'";
  const { results } = await database.prepare(`SELECT name FROM sqlite_master WHERE ${own} ORDER BY name`).all<{ name: string }>();
  const counts = await Promise.all(
    results.map(async ({ name }) => [name, (await database.prepare(`SELECT count(*) AS n FROM ${name}`).first<{ n: number }>())?.n ?? 0] as const),
  );
  return Object.fromEntries(counts);
}

const restore = (...args: string[]) => runTool("node", [inRoot("local", "restore.ts"), ...args]);

/** The database is gone; the bucket is not. */
async function destroyDatabase(): Promise<void> {
  await rm(join(state, "v3", "d1"), { recursive: true });
}

beforeAll(async () => {
  await build();
  state = await newFolder();
  const port = await new Promise<number>((resolve) => {
    site.listen(0, "127.0.0.1", () => {
      const address = site.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  await withMentha(async (mentha) => {
    await migrate(mentha.database);
    key = (await seed(sqlOn(mentha.database))) ?? "";
    ({ id: auditId } = await ask(mentha, "/api/v1/audits", "POST", { url: `http://127.0.0.1:${port}/`, maxPages: 1 }));
    await vi.waitFor(async () => expect((await ask(mentha, `/api/v1/audits/${auditId}`)).status).toBe("completed"), { timeout: 60_000, interval: 200 });
    await fillTables(mentha.database, { rows: 4, bytes: 10 });
    // As long as a row may be: longer than a statement.
    const long = `${"it's ".repeat(60_000)}\u0000${"😀漢".repeat(60_000)}`;
    await mentha.database.prepare("UPDATE parked_messages SET body = ? WHERE rowid = 1").bind(long).run();
    ({ id: backupId } = await ask(mentha, "/api/admin/backups", "POST"));
    await vi.waitFor(async () => expect((await ask(mentha, `/api/admin/backups/${backupId}`)).state).toBe("complete"), { timeout: 60_000, interval: 200 });
    answersBefore = await askAll(mentha);
    before = await countRows(mentha);
  });
}, 240_000);

afterAll(async () => {
  site.close();
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

describe("a database that was lost", () => {
  it("is as it was after a restore, row by row, and the key and the audit of before work", async () => {
    for (const count of Object.values(before)) expect(count).toBeGreaterThan(0);
    await destroyDatabase();
    const { code, output } = await restore("--from", backupId, "--state", state, "--yes");
    expect(output).not.toContain("DIFFERENT");
    expect(output).toContain("all rows were read back and are the same");
    expect(code).toBe(0);

    await withMentha(async (mentha) => {
      expect(await askAll(mentha)).toEqual(answersBefore);
      const after = await countRows(mentha);
      const leftOut = ["attempts", "idempotency", "one_time_tokens", "refresh_tokens", "sessions"];
      expect(after).toEqual({ ...before, ...Object.fromEntries(leftOut.map((name) => [name, 0])) });
      const { items } = await ask(mentha, "/api/admin/backups");
      expect(items).toMatchObject([{ id: backupId }]);
      // Nothing goes on with the backup that this database was in.
      const job = await mentha.database.prepare("SELECT state FROM jobs WHERE id = ?").bind(backupId).first();
      expect(job).toEqual({ state: "failed" });
      const { id } = await ask(mentha, "/api/v1/projects", "POST", { name: "After" });
      expect(id).toMatch(/^prj_/);
    });
  }, 120_000);

  it("is not written over what is there, unless somebody says so", async () => {
    const refused = await restore("--from", backupId, "--state", state, "--yes");
    expect([refused.code, refused.output]).toEqual([1, expect.stringContaining("add --replace")]);
    const again = await restore("--from", backupId, "--state", state, "--yes", "--replace");
    expect([again.code, again.output]).toEqual([0, expect.stringContaining("are the same")]);
    await withMentha(async (mentha) => expect(await askAll(mentha)).toEqual(answersBefore));
  }, 120_000);
});

describe("a backup that is not whole", () => {
  let whole = "";
  beforeAll(async () => {
    whole = join(await newFolder(), backupId);
    await withMentha(async ({ bucket }) => {
      const { objects } = await bucket.list({ prefix: `backups/${backupId}/` });
      for (const { key: name } of objects) {
        const file = join(whole, name.slice(`backups/${backupId}/`.length));
        const bytes = new Uint8Array((await (await bucket.get(name))?.arrayBuffer()) ?? new ArrayBuffer());
        await writeInto(file, bytes);
      }
    });
  }, 60_000);

  async function writeInto(file: string, bytes: Uint8Array): Promise<void> {
    await mkdir(join(file, ".."), { recursive: true });
    await writeFile(file, bytes);
  }

  const flip = (at: number) => async (file: string) => {
    const bytes = await readFile(file);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    await writeFile(file, bytes);
  };

  it.each([
    // The ninth byte of a gzip says nothing of what is in it.
    { what: "a flipped byte of the head of a chunk", name: "users/000001.ndjson.gz", spoil: flip(9), says: "is damaged: users/000001.ndjson.gz" },
    { what: "a flipped byte within a chunk", name: "users/000001.ndjson.gz", spoil: flip(40), says: "is damaged: users/000001.ndjson.gz" },
    { what: "a missing chunk", name: "jobs/000001.ndjson.gz", spoil: (file: string) => rm(file), says: "is incomplete: jobs/000001.ndjson.gz is missing" },
    { what: "no manifest", name: "manifest.json", spoil: (file: string) => rm(file), says: "has no manifest.json, so it is no backup" },
    {
      what: "a manifest that tells of fewer rows",
      name: "manifest.json",
      spoil: async (file: string) => writeFile(file, (await readFile(file, "utf8")).replace(/"rows":\d+,"sha256"/, '"rows":0,"sha256"')),
      says: "contradicts itself about the table",
    },
    {
      what: "a migration that nobody has here",
      name: "manifest.json",
      spoil: async (file: string) => writeFile(file, (await readFile(file, "utf8")).replace("0000_init.sql", "0000_other.sql")),
      says: "has the migration 0000_other.sql, which is not in this checkout",
    },
  ])(
    "is refused in one sentence, and nothing is written: $what",
    async ({ name, spoil, says }) => {
      const copy = await newFolder();
      await cp(whole, copy, { recursive: true });
      await spoil(join(copy, name));
      const target = await newFolder();
      const { code, output } = await restore("--from", copy, "--state", target, "--yes");
      expect([code, output]).toEqual([1, expect.stringContaining(says)]);
      expect(output).not.toMatch(/\n +at /);
      expect(await readdir(target)).not.toContain("mentha.pid");
    },
    60_000,
  );

  it("is told from one that is: the commands for a deployed database are printed, and done by nobody", async () => {
    const { code, output } = await restore("--from", whole, "--remote", "--dry-run");
    expect(code).toBe(0);
    expect(output).toContain("every hash is right");
    const files = [...output.matchAll(/npx wrangler d1 execute DB --remote --yes --file (\S+)/g)].map(([, file = ""]) => file);
    expect(files.map((file) => file.replace(/^.*\/\d+-/, ""))).toEqual(
      expect.arrayContaining(["drop-tables.sql", "0000_init.sql", "users-1.sql", "sequences.sql", "finish.sql"]),
    );
    for (const file of files) for (const statement of (await readFile(file, "utf8")).split(";\n")) expect(statement.length).toBeLessThan(100_000);
    await rm(join(files[0] ?? "", ".."), { recursive: true, force: true });
  }, 60_000);
});
