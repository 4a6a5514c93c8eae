import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { workspaces } from "../../../../shared/db/schema/index.ts";
import { admit, IssuedTicket } from "../../../../shared/live/index.ts";
import { secondMs } from "../../../../shared/platform/index.ts";
import { Problem } from "../../../../workers/api/problem.ts";
import { call, type SeededWorkspace, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { allRows } from "../../../helpers/worker/everything.ts";
import { seedMember, signedIn, signInAs, visitorOfTest } from "../../../helpers/worker/people.ts";

const path = "/api/v1/ws-tickets";

let workspace: SeededWorkspace;
beforeEach(async () => {
  workspace = await seedWorkspace();
});

const issued = async (answer: Response) => IssuedTicket.parse(await answer.json());
const admitted = (ticket: string) => admit(visitorOfTest(), { ticket, device: "other" });
const read = async (answer: Response) => admitted((await issued(answer)).ticket);

describe("a ticket for a socket", () => {
  it("is neither a key nor an access token", async () => {
    const { ticket } = await issued(await (await signedIn(workspace.userId))("POST", path));
    for (const headers of [{ Authorization: `Bearer ${ticket}` }, { "X-API-Key": ticket }]) {
      expect((await call("GET", "/api/v1/me", { headers })).status).toBe(401);
    }
  });

  it("is given to a person for half a minute, and names them, their session and the workspace", async () => {
    const { accessToken, sessionId } = await signInAs(workspace.userId);
    const before = Date.now();
    const answer = await call("POST", path, { headers: { Authorization: `Bearer ${accessToken}` }, body: { tabId: "tab_00000001" } });
    expect(answer.status).toBe(201);
    const { ticket, expiresAt } = await issued(answer);
    expect([expiresAt > before + 28 * secondMs, expiresAt <= Date.now() + 30 * secondMs]).toEqual([true, true]);
    expect(await admitted(ticket)).toMatchObject({
      workspaceId: workspace.id,
      userId: workspace.userId,
      actor: { kind: "session", id: sessionId },
      shards: 1,
      tabId: "tab_00000001",
    });
  });

  it.each([
    { what: "without a body", body: undefined },
    { what: "with an empty one", body: {} },
  ])("is given to a key of no permission, $what", async ({ body }) => {
    const answer = await call("POST", path, { key: await seedKey(workspace, { scopes: [] }), body });
    expect(await read(answer)).toMatchObject({ userId: workspace.userId, actor: { kind: "key" }, tabId: null });
  });

  it("is not given for a workspace of others", async () => {
    const another = await seedWorkspace();
    const { accessToken } = await signInAs(workspace.userId);
    const inAnother = (await call("POST", path, { headers: { Authorization: `Bearer ${accessToken}`, "X-Workspace": another.id } })).status;
    expect(inAnother).toBe(403);
  });

  it("says over how many objects the workspace's sockets are spread", async () => {
    await directoryDatabase(env).update(workspaces).set({ liveShards: 8 }).where(eq(workspaces.id, workspace.id));
    expect(await read(await (await signedIn(workspace.userId))("POST", path))).toMatchObject({ shards: 8 });
  });

  it("is another one each time, and is stored nowhere", async () => {
    const ask = await signedIn(await seedMember(workspace, { role: "dev" }));
    await ask("GET", "/api/v1/members");
    const before = await allRows();
    const tickets = [await issued(await ask("POST", path)), await issued(await ask("POST", path))];
    expect(new Set(tickets.map(({ ticket }) => ticket)).size).toBe(2);
    expect(await allRows()).toEqual(before);
  });

  it("says what a tab may be called", async () => {
    const answer = await (await signedIn(workspace.userId))("POST", path, { tabId: "not a name" });
    expect(Problem.parse(await answer.json()).errors).toEqual([{ path: "body.tabId", message: "Use 8 to 64 letters, digits, _ or -" }]);
  });

  it.each(["short", "with space", "a".repeat(65), "", 7])("is not given for a tab called %j", async (tabId) => {
    const answer = await (await signedIn(workspace.userId))("POST", path, { tabId });
    expect(Problem.parse(await answer.json())).toMatchObject({ code: "invalid", errors: [{ path: "body.tabId" }] });
  });
});
