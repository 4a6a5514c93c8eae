import { env } from "cloudflare:workers";
import { and, eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { members, users } from "../../../../shared/db/schema/index.ts";
import { listOnlineUsers, OnlineMemberList, type OnlineUser } from "../../../../shared/live/index.ts";
import { call, contextOf, type SeededWorkspace, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { type EdgeSocket, openSocket } from "../../../helpers/worker/edge-sockets.ts";
import { seedMember, signInAs } from "../../../helpers/worker/people.ts";

const directory = directoryDatabase(env);

let workspace: SeededWorkspace;
let key: string;
const open: EdgeSocket[] = [];
beforeEach(async () => {
  workspace = await seedWorkspace();
  key = await seedKey(workspace);
});
afterEach(() => {
  for (const socket of open.splice(0)) socket.close();
});

async function comeOnline(userId: string, userAgent = "curl/8.14.1", { id } = workspace): Promise<void> {
  const headers = { Authorization: `Bearer ${(await signInAs(userId)).accessToken}`, "X-Workspace": id };
  open.push(await openSocket({ headers }, { headers: { "User-Agent": userAgent } }));
}

const list = async (query = "", by = key) => OnlineMemberList.parse(await (await call("GET", `/api/v1/online-users${query}`, { key: by })).json());
const phone = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36";
const desktop = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

describe("who is online", () => {
  it("is nobody where nobody has a socket, and no key that has one", async () => {
    open.push(await openSocket({ key }));
    expect(await list()).toEqual({ items: [] });
  });

  it("is each person once, by name and address, with all that they sit at", async () => {
    await directory.update(users).set({ name: "Ada", email: "ada@example.com" }).where(eq(users.id, workspace.userId));
    const before = Date.now();
    for (const userAgent of [desktop, phone, desktop]) await comeOnline(workspace.userId, userAgent);
    const { items } = await list();
    expect(items).toEqual([
      {
        userId: workspace.userId,
        name: "Ada",
        email: "ada@example.com",
        since: expect.any(Number),
        active: true,
        connections: 3,
        devices: expect.arrayContaining(["desktop", "mobile"]),
      },
    ]);
    expect([items[0]?.devices.length, (items[0]?.since ?? 0) >= before]).toEqual([2, true]);
  });

  it("is told by pages, and to nobody in another workspace", async () => {
    const people = [workspace.userId];
    for (let count = 1; count < 5; count++) people.push(await seedMember(workspace, { role: "dev" }));
    const others = await seedWorkspace();
    await comeOnline(others.userId, desktop, others);
    for (const userId of people) await comeOnline(userId);
    const found: string[] = [];
    let cursor: string | undefined = "";
    for (let pages = 0; cursor !== undefined; pages++) {
      const page: OnlineMemberList = await list(`?limit=2${cursor && `&cursor=${cursor}`}`);
      found.push(...page.items.map(({ userId }) => userId));
      cursor = page.nextCursor;
      expect(pages).toBeLessThan(4);
    }
    expect(found).toEqual(people.toSorted());
    expect((await list("", await seedKey(others))).items.map(({ userId }) => userId)).toEqual([others.userId]);
  });

  it("is nobody who left the workspace, although an object has not heard of it", async () => {
    const former = await seedMember(workspace, { role: "dev" });
    for (const userId of [workspace.userId, former]) await comeOnline(userId);
    await directory.delete(members).where(and(eq(members.workspaceId, workspace.id), eq(members.userId, former)));
    expect((await list()).items.map(({ userId }) => userId)).toEqual([workspace.userId]);
  });

  it("is up to a hundred on a page, of more", async () => {
    const online: OnlineUser[] = Array.from({ length: 150 }, (_, count) => {
      const userId = `usr_${String(count).padStart(26, "0")}`;
      return { userId, since: 1, active: false, connections: 1, devices: [] };
    });
    for (const { userId } of online) {
      await directory.insert(users).values({ id: userId, email: `${userId}@example.com`, createdAt: 1 });
      await directory.insert(members).values({ workspaceId: workspace.id, userId, role: "dev", createdAt: 1 });
    }
    const live = {
      online: async (_: string, { after, limit }: { after: string | null; limit: number }) =>
        online.filter(({ userId }) => userId > (after ?? "")).slice(0, limit),
    };
    const ctx = contextOf(env, workspace);
    const first = await listOnlineUsers(ctx, live, { limit: 100 });
    expect(first.items.length).toBe(100);
    const second = await listOnlineUsers(ctx, live, { limit: 100, cursor: first.nextCursor ?? expect.unreachable() });
    expect([second.items.length, second.nextCursor]).toEqual([50, undefined]);
  });
});
