import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { exportLog } from "../../../../shared/audit-log/index.ts";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { members, projects, sessions, users } from "../../../../shared/db/schema/index.ts";
import { newId } from "../../../../shared/platform/index.ts";
import { seedWorkspace } from "../../../helpers/worker/api.ts";
import { memberOf, seedEntries } from "../../../helpers/worker/audit-log.ts";
import { seedAdmin } from "../../../helpers/worker/erasures.ts";
import { signedIn } from "../../../helpers/worker/people.ts";

const db = directoryDatabase(env);

/** A workspace with a log of many pages, and a second admin who exports. */
async function seedReader() {
  const workspace = await seedWorkspace();
  const userId = await seedAdmin(workspace);
  await db.update(users).set({ isOperator: true }).where(eq(users.id, userId));
  const session = await signedIn(userId, workspace.id);
  for (let batch = 0; batch < 40; batch++) await seedEntries({ ...workspace, userId }, 100);
  return { workspace, userId, session };
}

/** What is read of an answer after `meanwhile`, which happens between its first piece and the rest; `broke` when it did not come to its end. */
async function readWith(answer: Response, meanwhile: () => Promise<unknown>): Promise<{ text: string; broke: boolean }> {
  expect(answer.status).toBe(200);
  const reader = answer.body?.getReader();
  if (reader === undefined) throw new Error("There is nothing to read.");
  const decoder = new TextDecoder();
  let text = decoder.decode((await reader.read()).value);
  await meanwhile();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { text, broke: false };
      text += decoder.decode(value);
    }
  } catch {
    return { text, broke: true };
  }
}

/** What they are to tell of: the entries, that of the export itself, and in the person's own that they signed in. */
const exportsOf = [
  { path: "/api/v1/workspace/export", endedBy: "leaving the workspace", told: /"table":"auditLog"/g, entries: 4_001 },
  { path: "/api/v1/audit-log/export?format=ndjson", endedBy: "leaving the workspace", told: /"action":/g, entries: 4_001 },
  { path: "/api/v1/me/export", endedBy: "signing out", told: /"action":/g, entries: 4_002 },
] as const;

describe("an export that is read slowly", () => {
  it.each(exportsOf)("breaks off after $endedBy: $path", async ({ path, endedBy }) => {
    const { userId, session } = await seedReader();
    const { broke } = await readWith(await session("GET", path), () =>
      endedBy === "signing out" ? db.delete(sessions).where(eq(sessions.userId, userId)) : db.delete(members).where(eq(members.userId, userId)),
    );
    expect(broke).toBe(true);
  });

  it.each(exportsOf)("is whole, without what came after its beginning: $path", async ({ path, told, entries }) => {
    const { workspace, userId, session } = await seedReader();
    const late = newId("project");
    const { text, broke } = await readWith(await session("GET", path), async () => {
      await scheduler.wait(5);
      await db.insert(projects).values({ id: late, workspaceId: workspace.id, name: "late", createdAt: Date.now() });
      await seedEntries({ ...workspace, userId }, 7);
    });
    expect(broke).toBe(false);
    expect(text).not.toContain(late);
    expect(text.match(told)).toHaveLength(entries);
  });
});

it("does not tell of what was recorded after its beginning, although nothing of the log was read yet", async () => {
  const workspace = await seedWorkspace();
  await seedEntries(workspace, 3);
  const text = await exportLog(memberOf(workspace), { format: "ndjson" }, "en");
  await seedEntries(workspace, 2);
  const told: string[] = [];
  for await (const piece of text) told.push(...(piece.match(/"action":/g) ?? []));
  // The entry of the export is the last.
  expect(told).toHaveLength(4);
});
