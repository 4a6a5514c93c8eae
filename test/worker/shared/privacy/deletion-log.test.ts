import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { apiKeys, members } from "../../../../shared/db/schema/index.ts";
import { goodPassword, seedInvitation } from "../../../helpers/worker/accounts.ts";
import { call, type SeededWorkspace, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { always, injectFaults, stopFaults } from "../../../helpers/worker/faults.ts";
import { entriesOf } from "../../../helpers/worker/log-entries.ts";
import { seedMember, seedPassword, signedIn } from "../../../helpers/worker/people.ts";

afterEach(() => void stopFaults());

const db = directoryDatabase(env);

let workspace: SeededWorkspace;
let leaver = "";
let prefix = "";
let invitationId = "";
beforeEach(async () => {
  workspace = await seedWorkspace();
  leaver = await seedMember(workspace, { role: "manager" });
  await seedKey({ id: workspace.id, userId: leaver });
  await seedKey({ id: workspace.id, userId: leaver }, { revokedAt: 1 });
  const keys = await db.select({ prefix: apiKeys.prefix, revokedAt: apiKeys.revokedAt }).from(apiKeys).where(eq(apiKeys.createdBy, leaver));
  prefix = keys.find(({ revokedAt }) => revokedAt === null)?.prefix ?? "";
  invitationId = (await seedInvitation({ id: workspace.id, userId: leaver })).id;
  await seedInvitation({ id: workspace.id, userId: leaver }, { acceptedAt: 1 });
  // Nothing is erased yet.
  injectFaults(always("work", "lose"));
});

const told = async () =>
  (await entriesOf(workspace.id)).map(({ action, targetId, actorKind, actorId, userId, requestId, client }) => ({
    ...{ action, targetId, actorKind, userId },
    tellsMore: actorId !== null || requestId !== "" || client?.ip !== null || client.userAgent !== null,
  }));
const ended = (by: { actorKind: string; userId: string | null; tellsMore: boolean }) => [
  { action: "key.revoke", targetId: prefix, ...by },
  { action: "invitation.revoke", targetId: invitationId, ...by },
  { action: "member.remove", targetId: leaver, ...by },
];

describe("the log of a workspace tells, when an account is deleted, of its membership and of each key and invitation that worked until then:", () => {
  it("by the person, who was in it", async () => {
    await seedPassword(leaver, goodPassword);
    expect((await (await signedIn(leaver))("DELETE", "/api/v1/me", { password: goodPassword })).status).toBe(204);
    expect(await told()).toEqual(ended({ actorKind: "session", userId: leaver, tellsMore: true }));
  });

  it("by nobody, when it was an operator who is not in it; the installation's log knows them", async () => {
    const operator = await seedWorkspace({ isOperator: true });
    const key = await seedKey(operator);
    const headers = { "User-Agent": "operator's laptop" };
    expect((await call("DELETE", `/api/admin/users/${leaver}`, { key, headers, ip: "198.51.100.77" })).status).toBe(204);
    expect(await told()).toEqual(ended({ actorKind: "system", userId: null, tellsMore: false }));
    const own = (await entriesOf("installation", "user.delete")).filter(({ targetId }) => targetId === leaver);
    expect(own).toMatchObject([{ actorKind: "key", userId: operator.userId, client: { ip: "198.51.100.77", userAgent: "operator's laptop" } }]);
  });

  it("by an operator who is in it", async () => {
    const operator = await seedWorkspace({ isOperator: true });
    await db.insert(members).values({ workspaceId: workspace.id, userId: operator.userId, role: "dev", createdAt: 1 });
    const key = await seedKey(operator);
    expect((await call("DELETE", `/api/admin/users/${leaver}`, { key })).status).toBe(204);
    expect(await told()).toEqual(ended({ actorKind: "key", userId: operator.userId, tellsMore: true }));
  });
});
