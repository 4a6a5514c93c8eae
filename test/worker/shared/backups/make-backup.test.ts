import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type BackupDeps, makeBackupWith } from "../../../../shared/backups/make-backup.ts";
import { Manifest } from "../../../../shared/backups/manifest.ts";
import { listBackups } from "../../../../shared/backups/read-backups.ts";
import { tablePolicies } from "../../../../shared/backups/table-policies.ts";
import { directoryDatabase, installationId } from "../../../../shared/db/client.ts";
import { findings, jobs, projects } from "../../../../shared/db/schema/index.ts";
import { insertJob, type JobSlice, runJob } from "../../../../shared/jobs/index.ts";
import { AppError, commit, createLog, dayMs, newId } from "../../../../shared/platform/index.ts";
import { contextOf, seedWorkspace } from "../../../helpers/worker/api.ts";
import { tableNames } from "../../../helpers/worker/everything.ts";

const db = directoryDatabase(env);
const store = env.STORE;
const deps: BackupDeps = { store, now: Date.now, log: createLog(() => {}), limit: { rows: 3, characters: 3_000_000 } };

beforeAll(() => applyD1Migrations(env.DB, env.MIGRATIONS));
beforeEach(async () => {
  const { objects } = await store.list({ prefix: "backups/" });
  await store.delete(objects.map(({ key }) => key));
  await db.delete(projects);
  await db.delete(findings);
});

const project = (id: string, name = "Shop") => ({ id, workspaceId: "wsp_a", name, createdAt: 1 });

interface Making {
  readonly id?: string;
  readonly keep?: number | null;
  /** What happens before a slice, by its number from 0. */
  readonly before?: (slice: number) => Promise<void>;
  readonly with?: BackupDeps;
}

/** Slices until there are no more; every one runs twice, as after a crash before what it came to was written. */
async function make({ id = newId("job"), keep = null, before = async () => {}, with: given = deps }: Making = {}): Promise<{ id: string; last: JobSlice }> {
  const execute = makeBackupWith(given);
  let checkpoint: unknown = null;
  for (let slice = 0; slice < 500; slice++) {
    await before(slice);
    const job = { db, jobId: id, workspaceId: installationId, input: { keep }, checkpoint };
    await execute(job);
    const last = await execute(job);
    // As it comes back from the database.
    checkpoint = JSON.parse(JSON.stringify(last.checkpoint));
    if (last.done) return { id, last };
  }
  throw new Error("The backup did not end.");
}

async function manifestOf(id: string): Promise<Manifest> {
  const found = await store.get(`backups/${id}/manifest.json`);
  if (found === null) throw new Error(`There is no manifest of ${id}.`);
  return Manifest.parse(await found.json());
}

/** The rows of a table as a backup has them. */
async function rowsOf(id: string, table: string): Promise<unknown[][]> {
  const rows: unknown[][] = [];
  for (const { name } of (await manifestOf(id)).tables.find((each) => each.name === table)?.chunks ?? []) {
    const file = await store.get(`backups/${id}/${name}`);
    const lines = await new Response(file?.body.pipeThrough(new DecompressionStream("gzip"))).text();
    rows.push(
      ...lines
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
    );
  }
  return rows;
}
const namesOf = async (id: string): Promise<unknown[]> => (await rowsOf(id, "projects")).map(([, , name]) => name);

describe("a backup", () => {
  it("has every table in its manifest or among those that are left out, and no table that is not there", async () => {
    const { id } = await make();
    const { tables, leftOut, migrations } = await manifestOf(id);
    expect([...tables.map(({ name }) => name), ...Object.keys(leftOut)].sort()).toEqual([...(await tableNames())].sort());
    expect(Object.keys(tablePolicies).sort()).toEqual([...(await tableNames())].sort());
    expect(migrations).toEqual(env.MIGRATIONS.map(({ name }) => name));
    for (const name of ["sessions", "refresh_tokens", "one_time_tokens", "idempotency", "attempts"]) expect(Object.keys(leftOut)).toContain(name);
  });

  it("holds each row once though every slice runs twice, in chunks of so many rows, with hashes that fit", async () => {
    for (let n = 1; n <= 7; n++) await db.insert(projects).values(project(`prj_${n}`, `Shop ${n}`));
    const { id, last } = await make();
    const table = (await manifestOf(id)).tables.find(({ name }) => name === "projects");
    expect(table?.chunks.map(({ name, rows }) => [name, rows])).toEqual([
      ["projects/000001.ndjson.gz", 3],
      ["projects/000002.ndjson.gz", 3],
      ["projects/000003.ndjson.gz", 1],
    ]);
    expect(await namesOf(id)).toEqual([1, 2, 3, 4, 5, 6, 7].map((n) => `Shop ${n}`));
    const file = new Uint8Array((await (await store.get(`backups/${id}/projects/000001.ndjson.gz`))?.arrayBuffer()) ?? new ArrayBuffer());
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", file));
    expect(table?.chunks[0]).toMatchObject({ bytes: file.length, sha256: Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("") });
    expect(last.checkpoint).toMatchObject({ id, rows: expect.any(Number), tables: expect.any(Number) });
  });

  it("has tables without rows in it, without a chunk", async () => {
    const { id } = await make();
    expect((await manifestOf(id)).tables.find(({ name }) => name === "projects")).toMatchObject({ rows: 0, chunks: [] });
  });

  it("takes rows of nearly 2 MB one by one, however many rows a chunk may have", async () => {
    const big = "é".repeat(900_000);
    for (const id of ["prj_1", "prj_2", "prj_3", "prj_4", "prj_5"]) await db.insert(projects).values(project(id, `${id}${big}`));
    const { id } = await make({ with: { ...deps, limit: { rows: 1_000, characters: 1_000_000 } } });
    const chunks = (await manifestOf(id)).tables.find(({ name }) => name === "projects")?.chunks;
    expect(chunks?.map(({ rows }) => rows)).toEqual([2, 2, 1]);
    expect((await namesOf(id)).map((name) => String(name).length)).toEqual([1, 2, 3, 4, 5].map(() => 900_005));
  });

  it("keeps nulls, bytes, fractions and every character as they are", async () => {
    await env.DB.exec("CREATE TABLE odd (a TEXT NOT NULL, b BLOB, c REAL, d INTEGER, PRIMARY KEY (a))");
    const text = "a'b\"c\n\u0000\ud83d\ude00é\\";
    try {
      await env.DB.prepare("INSERT INTO odd VALUES (?, ?, ?, ?)")
        .bind(text, new Uint8Array([0, 255, 10]), 0.1, 9_007_199_254_740_991)
        .run();
      await env.DB.prepare("INSERT INTO odd VALUES (?, NULL, NULL, NULL)").bind("").run();
      const { id } = await make();
      expect(await rowsOf(id, "odd")).toEqual([
        ["", null, null, null],
        [text, { bytes: "AP8K" }, 0.1, 9_007_199_254_740_991],
      ]);
    } finally {
      await env.DB.exec("DROP TABLE odd");
    }
  });

  it("fails rather than keep a number that would come back as another one", async () => {
    await env.DB.exec("CREATE TABLE odd (a INTEGER PRIMARY KEY)");
    try {
      await env.DB.exec("INSERT INTO odd VALUES (9007199254740993)");
      await expect(make()).rejects.toMatchObject({ retryable: false, message: expect.stringContaining("cannot be copied exactly") });
    } finally {
      await env.DB.exec("DROP TABLE odd");
    }
  });

  it("is complete although rows are written, changed and deleted while it runs", async () => {
    for (let n = 1; n <= 6; n++) await db.insert(projects).values(project(`prj_${n}`, `Shop ${n}`));
    let seen = false;
    const { id } = await make({
      before: async () => {
        if (seen || (await store.head(`backups/${lastId}/projects/000001.ndjson.gz`)) === null) return;
        seen = true;
        await db.delete(projects).where(eq(projects.id, "prj_1"));
        await db.delete(projects).where(eq(projects.id, "prj_5"));
        await db.insert(projects).values([project("prj_0", "too early"), project("prj_9", "late")]);
        // Deleted and made again: it has another place in the table, and must not be copied twice.
        await db.delete(projects).where(eq(projects.id, "prj_2"));
        await db.insert(projects).values(project("prj_2", "again"));
      },
      id: lastId,
    });
    expect(seen).toBe(true);
    expect(await namesOf(id)).toEqual(["Shop 1", "Shop 2", "Shop 3", "Shop 4", "Shop 6", "late"]);
  });

  it("is no backup until its manifest is there", async () => {
    const { id } = await make({
      before: async () => expect(await store.head(`backups/${doneId}/manifest.json`)).toBeNull(),
      id: doneId,
    });
    expect(await store.head(`backups/${id}/manifest.json`)).not.toBeNull();
  });

  it.each([
    {
      trouble: "was written again with other rows",
      spoil: (name: string) => store.put(name, "x", { customMetadata: { sha256: "0".repeat(64), rows: "3", rowsSha256: "0".repeat(64) } }),
    },
    { trouble: "is gone", spoil: (name: string) => store.delete(name) },
  ])("fails when a chunk $trouble meanwhile", async ({ spoil }) => {
    for (let n = 1; n <= 4; n++) await db.insert(projects).values(project(`prj_${n}`));
    const id = newId("job");
    const name = `backups/${id}/projects/000001.ndjson.gz`;
    let seen = false;
    const before = async () => {
      if (seen || (await store.head(`backups/${id}/projects/000002.ndjson.gz`)) === null) return;
      seen = true;
      await spoil(name);
    };
    await expect(make({ id, before })).rejects.toMatchObject({ message: expect.stringContaining("projects is not what was copied") });
    expect(await store.head(`backups/${id}/manifest.json`)).toBeNull();
  });

  it("fails when the database is migrated while it is made", async () => {
    await db.insert(projects).values(project("prj_1"));
    const before = async (slice: number) => {
      if (slice === 1) await env.DB.exec("INSERT INTO d1_migrations (name) VALUES ('9999_new.sql')");
    };
    await expect(make({ before })).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("was migrated") });
    await env.DB.exec("DELETE FROM d1_migrations WHERE name = '9999_new.sql'");
  });
});

const lastId = newId("job");
const doneId = newId("job");

describe("a job that makes a backup", () => {
  it("goes on after its worker died or the bucket did not answer, and copies no row twice", async () => {
    await seedWorkspace();
    for (let n = 1; n <= 9; n++) await db.insert(projects).values(project(`prj_${n}`, `Shop ${n}`));
    let now = Date.now();
    const id = newId("job");
    await commit(db, [insertJob({ db, workspaceId: installationId, now: () => now, dueJobs: [] }, { id, type: "backup.make", input: { keep: null } })]);
    let puts = 0;
    const shaky: R2Bucket = new Proxy(store, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== "function") return member;
        if (name !== "put") return member.bind(target);
        return async (...parameters: unknown[]) => {
          puts += 1;
          if (puts % 3 === 1) throw new AppError("unavailable", "The bucket does not answer.");
          const answer: unknown = await Reflect.apply(member, target, parameters);
          // Written, but its worker died before it could say so.
          if (puts % 3 === 2) throw new AppError("unavailable", "Nobody heard the answer.");
          return answer;
        };
      },
    });
    const notAsked = () => Promise.reject(new Error("This was not asked for."));
    const executors = {
      "audit.purge": notAsked,
      "audits.start": notAsked,
      "dead-letters.digest": notAsked,
      "limiters.erase": notAsked,
      "mail.send": notAsked,
      "person.erase": notAsked,
      "report.make": notAsked,
      "report.purge": notAsked,
      "reports.start": notAsked,
      "retention.clean": notAsked,
      "webhook.purge": notAsked,
      "workspace.erase": notAsked,
      "backup.make": makeBackupWith({ ...deps, store: shaky }),
    };
    const state = async () => (await db.query.jobs.findFirst({ where: eq(jobs.id, id) }))?.state;
    for (let tries = 0; tries < 200 && (await state()) !== "succeeded"; tries++) {
      now += dayMs;
      await runJob({ db, directory: db, outbox: [], now: () => now, random: () => 0.5 }, executors, id);
    }
    expect(await state()).toBe("succeeded");
    expect(await namesOf(id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => `Shop ${n}`));
  });
});

describe("old backups", () => {
  const complete = async (id: string) => {
    const summary = { id, mentha: "0.1.0", beganAt: 1, endedAt: 2, tables: 0, rows: 0, chunks: 0, bytes: 0 };
    await store.put(`backups/${id}/projects/000001.ndjson.gz`, "x");
    await store.put(`backups/${id}/manifest.json`, "{}", { customMetadata: { summary: JSON.stringify(summary) } });
  };
  const folders = async () => (await store.list({ prefix: "backups/", delimiter: "/" })).delimitedPrefixes.map((name) => name.split("/")[1]);

  it("go beyond as many as are kept, and what was never finished after two days, once the new one is there", async () => {
    const at = Date.now();
    const [first, second, third] = [newId("job", at - 5 * dayMs), newId("job", at - 4 * dayMs), newId("job", at - 3 * dayMs)];
    for (const id of [first, second, third]) await complete(id);
    const [abandoned, young] = [newId("job", at - 2.5 * dayMs), newId("job", at - dayMs)];
    for (const id of [abandoned, young]) await store.put(`backups/${id}/projects/000001.ndjson.gz`, "x");
    const own = newId("job", at);
    const before = async () => expect(await folders()).toEqual(expect.arrayContaining([first, second, third, abandoned, young]));
    await make({ id: own, keep: 2, before });
    expect(await folders()).toEqual([third, young, own]);
  });

  it.each([
    { what: "of an older release", customMetadata: { summary: JSON.stringify({ id: "job_old", rows: 3 }) } },
    { what: "that says no JSON of itself", customMetadata: { summary: "{" } },
    { what: "that says nothing of itself", customMetadata: {} },
  ])("go, and are listed, though one has a manifest $what: that one stays, is not counted, and is told of in the log", async ({ customMetadata }) => {
    const at = Date.now();
    const [foreign, first, second] = [newId("job", at - 6 * dayMs), newId("job", at - 5 * dayMs), newId("job", at - 4 * dayMs)];
    for (const id of [first, second]) await complete(id);
    await store.put(`backups/${foreign}/manifest.json`, "{}", { customMetadata });
    const lines: string[] = [];
    const log = createLog((_, line) => void lines.push(line));
    const { id } = await make({ keep: 2, with: { ...deps, log } });
    expect(await folders()).toEqual([foreign, second, id]);
    expect(lines.join()).toContain(foreign);
    const operator = { ...contextOf(env, await seedWorkspace()), log };
    expect((await listBackups(operator, store, { limit: 10 })).items.map((each) => each.id)).toEqual([id, second]);
  });

  it("all stay when nobody said how many", async () => {
    const old = newId("job", Date.now() - 400 * dayMs);
    await complete(old);
    const { id } = await make();
    expect(await folders()).toEqual([old, id]);
  });
});
