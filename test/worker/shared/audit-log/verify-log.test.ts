import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { erasePersonalDetails } from "../../../../shared/audit-log/index.ts";
import { signerOf } from "../../../../shared/audit-log/seal.ts";
import { sealLog } from "../../../../shared/audit-log/seal-log.ts";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { auditLog, auditSeals } from "../../../../shared/db/schema/index.ts";
import { createKeyring, newId, Secret } from "../../../../shared/platform/index.ts";
import { type SeededWorkspace, seedWorkspace } from "../../../helpers/worker/api.ts";
import { memberOf, seedEntries, verified } from "../../../helpers/worker/audit-log.ts";
import { entriesOf } from "../../../helpers/worker/log-entries.ts";

const db = directoryDatabase(env);
const run = (text: string, ...values: unknown[]) =>
  env.DB.prepare(text)
    .bind(...values)
    .run();

let workspace: SeededWorkspace;
/** Three seals of three entries each. */
beforeEach(async () => {
  workspace = await seedWorkspace();
  for (let i = 0; i < 3; i++) await seal(3);
});

async function seal(count: number): Promise<void> {
  await seedEntries(workspace, count);
  await sealLog({ ...memberOf(workspace), store: env.STORE }, workspace.id);
}
const sealsOf = ({ id }: SeededWorkspace) => db.query.auditSeals.findMany({ where: eq(auditSeals.workspaceId, id), orderBy: auditSeals.toSeq });
const entryAt = async (place: number) => {
  const entry = (await entriesOf(workspace.id)).at(place);
  if (entry === undefined) throw new Error(`There is no entry ${place}.`);
  return entry;
};
const sealAt = async (place: number) => {
  const one = (await sealsOf(workspace)).at(place);
  if (one === undefined) throw new Error(`There is no seal ${place}.`);
  return one;
};
const kinds = async () => (await verified(workspace)).problems.map(({ kind }) => kind);

describe("a log that nobody touched", () => {
  it("holds, with every entry sealed", async () => {
    expect(await verified(workspace)).toMatchObject({ holds: true, sealed: 9, unsealed: 0, problems: [] });
  });

  it("is sealed first, so that nothing is left unsealed", async () => {
    await seedEntries(workspace, 2);
    expect(await verified(workspace)).toMatchObject({ holds: true, sealed: 11, unsealed: 0 });
  });

  it("holds without any entry", async () => {
    const empty = await seedWorkspace();
    expect(await verified(empty)).toMatchObject({ holds: true, sealed: 0, unsealed: 0, pages: 1 });
  });

  it("holds after personal details of it were erased, and says of how many", async () => {
    await erasePersonalDetails(db, { userId: workspace.userId, email: null, before: 0 }, 4);
    expect(await verified(workspace)).toMatchObject({ holds: true, sealed: 9, erased: 4 });
  });

  it("holds when the server's key was replaced and the old one is still there", async () => {
    const ring = createKeyring([
      { kid: "new", secret: new Secret(btoa("n".repeat(32))) },
      { kid: "old", secret: new Secret(btoa("o".repeat(32))) },
    ]);
    const old = createKeyring([{ kid: "old", secret: new Secret(btoa("o".repeat(32))) }]);
    const other = await seedWorkspace();
    await seedEntries(other, 2);
    expect(await verified(other, memberOf(other, { keyring: old }))).toMatchObject({ holds: true, sealed: 2 });
    await seedEntries(other, 2);
    expect(await verified(other, memberOf(other, { keyring: ring }))).toMatchObject({ holds: true, sealed: 4 });
    const lost = createKeyring([{ kid: "new", secret: new Secret(btoa("n".repeat(32))) }]);
    const { holds, sealed, problems } = await verified(other, memberOf(other, { keyring: lost }));
    expect({ holds, sealed, kinds: problems.map(({ kind }) => kind) }).toEqual({ holds: false, sealed: 2, kinds: ["key-unknown"] });
  });
});

describe("an entry of which somebody changed", () => {
  it.each([
    ["id", "'log_00000000000000000000000000'"],
    ["at", "at + 1"],
    ["action", "'project.delete'"],
    ["actor_kind", "'key'"],
    ["user_id", "'usr_somebody'"],
    ["user_id", "null"],
    ["actor_id", "'ses_another'"],
    ["target_kind", "'site'"],
    ["target_id", "'prj_another'"],
    ["request_id", "'req_another'"],
    ["client_salt", "'00'"],
    ["client_salt", "null"],
    ["details_salt", "'00'"],
    ["details_salt", "null"],
    ["client", `'{"ip":"192.0.2.1","userAgent":"test/1"}'`],
    ["client", "null"],
    ["client", "'no JSON'"],
    ["details", `replace(details, 'new', 'newer')`],
    ["details", "null"],
    ["client_digest", "'00'"],
    ["details_digest", "'00'"],
    ["about_user_id", "'usr_somebody'"],
  ])("%s to %s is named", async (column, value) => {
    const { seq, id } = await entryAt(4);
    await run(`UPDATE audit_log SET ${column} = ${value} WHERE seq = ?`, seq);
    expect(await verified(workspace)).toMatchObject({ holds: false, sealed: 8, problems: [{ kind: "entry-changed", entryId: id }] });
  });

  it.each(["client", "details"])("the beginning of its %s into the salt, with the digest left as it was, is named", async (field) => {
    const { seq, id } = await entryAt(4);
    const end = `instr(${field}, ':')`;
    await run(
      `UPDATE audit_log SET ${field}_salt = ${field}_salt || ':' || substr(${field}, 1, ${end} - 1), ${field} = substr(${field}, ${end} + 1) WHERE seq = ?`,
      seq,
    );
    expect((await verified(workspace)).problems).toEqual([{ kind: "entry-changed", entryId: id }]);
  });

  it("its workspace is missing in this one", async () => {
    const { seq, id } = await entryAt(4);
    const other = await seedWorkspace();
    await seedEntries(other, 1);
    await verified(other);
    await run("UPDATE audit_log SET workspace_id = ? WHERE seq = ?", other.id, seq);
    expect((await verified(workspace)).problems).toEqual([{ kind: "entry-removed", entryId: id }]);
    expect((await verified(other)).problems).toEqual([{ kind: "entry-added", entryId: id }]);
  });

  it("its place, or that of two, is named", async () => {
    const [one, two] = [await entryAt(1), await entryAt(5)];
    await run("UPDATE audit_log SET seq = -1 WHERE seq = ?", one.seq);
    await run("UPDATE audit_log SET seq = ? WHERE seq = ?", one.seq, two.seq);
    await run("UPDATE audit_log SET seq = ? WHERE seq = -1", two.seq);
    const { problems } = await verified(workspace);
    expect(problems).toEqual([
      { kind: "entry-changed", entryId: one.id },
      { kind: "entry-changed", entryId: two.id },
    ]);
  });

  it.each([
    ["client_digest", "replace(client_digest, substr(client_digest, 1, 1), 'x')"],
    ["client_digest", "null"],
    ["client_salt", "'00'"],
    ["client", `'{"ip":"192.0.2.1","userAgent":"test/1"}'`],
  ])("%s to %s, after it was erased, is named", async (column, value) => {
    await erasePersonalDetails(db, { userId: workspace.userId, email: null, before: 0 }, 9);
    const { seq, id, clientDigest } = await entryAt(4);
    expect(clientDigest).toMatch(/^[0-9a-f]{64}$/);
    await run(`UPDATE audit_log SET ${column} = ${value} WHERE seq = ?`, seq);
    expect((await verified(workspace)).problems).toEqual([{ kind: "entry-changed", entryId: id }]);
  });
});

describe("an entry that was removed", () => {
  it.each([
    { where: "first", place: 0 },
    { where: "in the middle", place: 4 },
    { where: "last of a seal", place: 5 },
    { where: "last of all", place: 8 },
  ])("$where is named", async ({ place }) => {
    const { seq, id } = await entryAt(place);
    await run("DELETE FROM audit_log WHERE seq = ?", seq);
    expect(await verified(workspace)).toMatchObject({ holds: false, sealed: 8, problems: [{ kind: "entry-removed", entryId: id }] });
  });

  it("and written again under a new number is named twice", async () => {
    const { seq, id } = await entryAt(4);
    const free = (await entryAt(-1)).seq + 1;
    await run("UPDATE audit_log SET seq = ? WHERE seq = ?", free, seq);
    // The sealer takes it for new; the old seal still misses it.
    expect((await verified(workspace)).problems).toEqual([{ kind: "entry-removed", entryId: id }]);
  });
});

describe("an entry that was added", () => {
  it.each([
    { where: "before the first", place: 0 },
    { where: "between sealed ones", place: 4 },
  ])("$where is named", async ({ place }) => {
    const apart = await seedWorkspace();
    // Entries of two workspaces alternate, so that there is room between those of one.
    for (let i = 0; i < 6; i++) {
      await seedEntries(workspace, 1);
      await seedEntries(apart, 1);
    }
    await verified(apart);
    const { seq = 0, ...entry } = (await entriesOf(apart.id))[place] ?? {};
    const id = newId("logEntry");
    await run("DELETE FROM audit_log WHERE seq = ?", seq - 1);
    await db.insert(auditLog).values({ ...entryOf(apart), ...entry, id, seq: seq - 1 });
    expect(await verified(apart)).toMatchObject({ holds: false, sealed: 6, problems: [{ kind: "entry-added", entryId: id }] });
  });

  it("where no seal comes to, before the place of the first, is named, also where nothing is sealed", async () => {
    const empty = await seedWorkspace();
    const forged = [
      { ...entryOf(workspace), seq: -1 },
      { ...entryOf(empty), seq: 0 },
    ];
    for (const entry of forged) await db.insert(auditLog).values(entry);
    expect(await verified(workspace)).toMatchObject({ holds: false, sealed: 9, problems: [{ kind: "entry-added", entryId: forged[0]?.id }] });
    expect(await verified(empty)).toMatchObject({ holds: false, sealed: 0, problems: [{ kind: "entry-added", entryId: forged[1]?.id }] });
    await run("DELETE FROM audit_log WHERE seq <= 0");
  });

  it.each([
    ["a text that is no JSON", { details: "no JSON", salt: "0".repeat(32) }],
    ["a salt of another length", { details: "{}", salt: "0".repeat(31) }],
    ["a salt that is not hex", { details: "{}", salt: "g".repeat(32) }],
  ])("before it was sealed, with %s, is named", async (_, { details, salt }) => {
    const id = newId("logEntry");
    await db.insert(auditLog).values({ ...entryOf(workspace), id });
    await run("UPDATE audit_log SET details = ?, details_salt = ? WHERE id = ?", details, salt, id);
    expect(await verified(workspace)).toMatchObject({ holds: false, sealed: 9, problems: [{ kind: "entry-changed", entryId: id }] });
  });

  it("before it was sealed, but not as Mentha writes entries, is named", async () => {
    const id = newId("logEntry");
    await db.insert(auditLog).values({ ...entryOf(workspace), id, details: { after: { name: "without a salt" } } });
    expect(await verified(workspace)).toMatchObject({ holds: false, sealed: 9, problems: [{ kind: "entry-changed", entryId: id }] });
  });
});

/** As little of an entry as the table takes. */
function entryOf({ id: workspaceId }: SeededWorkspace) {
  const what = { action: "project.delete", targetKind: "project", targetId: newId("project"), requestId: newId("request") };
  return { ...what, id: newId("logEntry"), workspaceId, at: Date.now(), actorKind: "system" as const };
}

describe("a seal of which somebody changed", () => {
  it.each([
    ["from_seq", "from_seq + 1"],
    ["to_seq", "to_seq - 1"],
    ["entries", "entries - 1"],
    ["previous", "substr(hash, 2) || '0'"],
    ["hash", "replace(hash, substr(hash, 1, 1), 'x')"],
    ["marks", "'[]'"],
    ["marks", "'no JSON'"],
    ["sealed_at", "sealed_at + 1"],
  ])("%s to %s is named", async (column, value) => {
    const { toSeq } = await sealAt(1);
    await run(`UPDATE audit_seals SET ${column} = ${value} WHERE workspace_id = ? AND to_seq = ?`, workspace.id, toSeq);
    const { holds, problems } = await verified(workspace);
    expect(holds).toBe(false);
    expect(problems).toContainEqual({ kind: "seal-changed", entryId: null });
  });

  it("the key to one that nobody knows is named, and its entries do not count as sealed", async () => {
    const { toSeq } = await sealAt(1);
    await run("UPDATE audit_seals SET kid = 'unknown' WHERE workspace_id = ? AND to_seq = ?", workspace.id, toSeq);
    expect(await verified(workspace)).toMatchObject({ holds: false, sealed: 6, problems: [{ kind: "key-unknown" }] });
  });

  it("everything to fit a changed entry, without the server's key, is named", async () => {
    const entry = await entryAt(4);
    await run("UPDATE audit_log SET action = 'project.delete' WHERE seq = ?", entry.seq);
    const { hash: _, ...old } = await sealAt(1);
    const forger = await signerOf(createKeyring([{ kid: old.kid, secret: new Secret(btoa("f".repeat(32))) }]), old.kid);
    const hash = (await forger?.hashOf(old)) ?? "";
    await db.update(auditSeals).set({ hash }).where(eq(auditSeals.toSeq, old.toSeq));
    expect(await kinds()).toContain("seal-changed");
  });
});

describe("a seal that was removed", () => {
  it.each([
    { where: "first", place: 0 },
    { where: "in the middle", place: 1 },
  ])("$where is named", async ({ place }) => {
    const { toSeq } = await sealAt(place);
    await run("DELETE FROM audit_seals WHERE workspace_id = ? AND to_seq = ?", workspace.id, toSeq);
    expect(await verified(workspace)).toMatchObject({ holds: false, sealed: 6, problems: [{ kind: "seal-removed" }] });
  });

  it("for another one that was made with the server's key is named", async () => {
    const { keyring } = memberOf(workspace);
    const { hash: _, ...old } = await sealAt(1);
    const other = { ...old, sealedAt: old.sealedAt + 1 };
    const hash = (await (await signerOf(keyring, old.kid))?.hashOf(other)) ?? "";
    await db
      .update(auditSeals)
      .set({ ...other, hash })
      .where(eq(auditSeals.toSeq, old.toSeq));
    expect(await kinds()).toEqual(["seal-removed"]);
  });

  it("with the entries that it covered is named", async () => {
    const { fromSeq, toSeq } = await sealAt(1);
    await run("DELETE FROM audit_seals WHERE workspace_id = ? AND to_seq = ?", workspace.id, toSeq);
    await run("DELETE FROM audit_log WHERE workspace_id = ? AND seq BETWEEN ? AND ?", workspace.id, fromSeq, toSeq);
    expect(await kinds()).toEqual(["seal-removed"]);
  });
});

describe("an end that was cut off", () => {
  const cut = async ({ entries }: { entries: boolean }) => {
    const { fromSeq, toSeq } = await sealAt(2);
    await run("DELETE FROM audit_seals WHERE workspace_id = ? AND to_seq = ?", workspace.id, toSeq);
    if (entries) await run("DELETE FROM audit_log WHERE workspace_id = ? AND seq >= ?", workspace.id, fromSeq);
  };

  it.each([
    { what: "the seal and its entries", entries: true, sealed: 6 },
    { what: "the seal alone, whose entries are sealed anew", entries: false, sealed: 9 },
  ])("is named: $what", async ({ entries, sealed }) => {
    await cut({ entries });
    expect(await verified(workspace)).toMatchObject({ holds: false, sealed, problems: [{ kind: "tail-cut" }] });
  });

  it("is named however much is sealed after it, and only once", async () => {
    await cut({ entries: true });
    for (let i = 0; i < 3; i++) await seal(1);
    expect(await verified(workspace)).toMatchObject({ holds: false, sealed: 9, problems: [{ kind: "tail-cut" }] });
  });

  it("is named when it was everything", async () => {
    await run("DELETE FROM audit_seals WHERE workspace_id = ?", workspace.id);
    await run("DELETE FROM audit_log WHERE workspace_id = ?", workspace.id);
    expect(await kinds()).toEqual(["tail-cut"]);
    expect(await kinds()).toEqual(["tail-cut"]);
  });
});

describe("verifying", () => {
  it("goes through a thousand entries page by page and finds the one that is wrong", async () => {
    await seedEntries(workspace, 500);
    await seedEntries(workspace, 500);
    const whole = await verified(workspace);
    expect(whole).toMatchObject({ holds: true, sealed: 1_009, unsealed: 0 });
    const { seq, id } = await entryAt(700);
    await run("UPDATE audit_log SET at = 0 WHERE seq = ?", seq);
    expect(await verified(workspace)).toMatchObject({ holds: false, sealed: 1_008, problems: [{ kind: "entry-changed", entryId: id }] });
  });

  it("looks at a bounded number of entries a page", async () => {
    for (let i = 0; i < 6; i++) await seedEntries(workspace, 400);
    const { pages, ...whole } = await verified(workspace);
    expect(whole).toMatchObject({ holds: true, sealed: 2_409 });
    expect(pages).toBeGreaterThan(1);
  });

  it("sees nothing of another workspace", async () => {
    const other = await seedWorkspace();
    await seedEntries(other, 3);
    await verified(other);
    await run("UPDATE audit_log SET at = 0 WHERE workspace_id = ?", other.id);
    await run("DELETE FROM audit_seals WHERE workspace_id = ?", other.id);
    expect(await verified(workspace)).toMatchObject({ holds: true, sealed: 9 });
  });
});
