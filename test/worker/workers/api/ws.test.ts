import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { liveOf } from "../../../../durable-objects/stubs.ts";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { apiKeys, members, workspaces } from "../../../../shared/db/schema/index.ts";
import { maxShards, protocol, shardOf } from "../../../../shared/live/index.ts";
import { minuteMs, newId, parseApiKey } from "../../../../shared/platform/index.ts";
import { app } from "../../../../workers/api/app.ts";
import { Problem } from "../../../../workers/api/problem.ts";
import { call, newAddress, type SeededWorkspace, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { askForSocket, type EdgeSocket, openSocket, openSocketWith, type Proof, ticketOf } from "../../../helpers/worker/edge-sockets.ts";
import { seedMember, signInAs } from "../../../helpers/worker/people.ts";

let workspace: SeededWorkspace;
let proof: Proof;
const open: EdgeSocket[] = [];

beforeEach(async () => {
  workspace = await seedWorkspace();
  proof = await proofOf(workspace.userId);
});
afterEach(() => {
  for (const socket of open.splice(0)) socket.close();
});

const proofOf = async (userId: string): Promise<Proof> => ({ headers: { Authorization: `Bearer ${(await signInAs(userId)).accessToken}` } });
const problemOf = async (answer: Response) => Problem.parse(await answer.json());

async function opened(...args: Parameters<typeof openSocket>): Promise<EdgeSocket> {
  const socket = await openSocket(...args);
  open.push(socket);
  return socket;
}

/** Asks for a socket of a Worker with other bindings, or with a method that no WebSocket client sends, and ends it. */
async function askAt({ method = "GET", headers = {}, bindings = {} }: { method?: string; headers?: Record<string, string>; bindings?: object }) {
  const offered = { Upgrade: "websocket", "Sec-WebSocket-Protocol": protocol, "CF-Connecting-IP": newAddress(), ...headers };
  const request = new Request(`https://mentha.test/ws?ticket=${await ticketOf(proof)}`, { method, headers: offered });
  const context = createExecutionContext();
  const answer = await app.fetch(request, { ...env, ...bindings }, context);
  await waitOnExecutionContext(context);
  answer.webSocket?.accept();
  answer.webSocket?.close(1000);
  return answer;
}

describe("a socket", () => {
  it("opens with a ticket, speaks the protocol that was offered, and greets", async () => {
    const answer = await askForSocket(await ticketOf(proof), { subprotocol: `other.v2, ${protocol}` });
    expect([answer.status, answer.headers.get("Sec-WebSocket-Protocol")]).toEqual([101, protocol]);
    expect(answer.headers.get("X-Request-Id")).toMatch(/^req_/);
    answer.webSocket?.accept();
    answer.webSocket?.close(1000);
    const socket = await opened(proof);
    expect(await socket.heard("welcome")).toMatchObject({ type: "welcome", heartbeatSeconds: 30 });
    expect(await socket.isOpen()).toBe(true);
  });

  it("opens with a ticket of a key, however few its permissions are", async () => {
    const socket = await opened({ key: await seedKey(workspace, { scopes: [] }) });
    expect(await socket.heard("welcome")).toBeDefined();
  });

  it("takes the place of the one of the same tab", async () => {
    const first = await opened(proof, { body: { tabId: "tab_00000001" } });
    const second = await opened(proof, { body: { tabId: "tab_00000001" } });
    expect(await first.closed).toEqual({ code: 4006, reason: "replaced" });
    expect(await second.isOpen()).toBe(true);
  });

  it("is held by an object of its workspace's, however many there are", async () => {
    await directoryDatabase(env).update(workspaces).set({ liveShards: 5 }).where(eq(workspaces.id, workspace.id));
    const people = await Promise.all(Array.from({ length: 6 }, () => seedMember(workspace, { role: "dev" })));
    for (const userId of people) expect(await (await opened(await proofOf(userId))).heard("welcome")).toBeDefined();
  });
});

describe("a workspace whose connections are spread anew", () => {
  it("tells who comes with a ticket from just before to move, and who comes with a new one nothing", async () => {
    const shards = Array.from({ length: maxShards - 1 }, (_, i) => i + 2).find((count) => shardOf(workspace.userId, count) !== 0) ?? expect.unreachable();
    const before = await ticketOf(proof);
    await directoryDatabase(env).update(workspaces).set({ liveShards: shards }).where(eq(workspaces.id, workspace.id));
    await liveOf(env).reshard(workspace.id, shards);
    const [old, moved] = [await openSocketWith(before), await opened(proof)];
    open.push(old);
    expect(await old.heard("moving")).toMatchObject({ withinMs: 10_000 });
    await moved.heard("welcome");
    await liveOf(env).broadcast(workspace.id, {
      id: newId("broadcast"),
      message: "Hello",
      audience: "everyone",
      createdAt: Date.now(),
      expiresAt: Date.now() + minuteMs,
    });
    // What would have been told before this has come.
    await moved.heard("broadcast");
    expect(moved.messages.map(({ type }) => type)).toEqual(["welcome", "broadcast"]);
  });
});

describe("a request that asks for no socket of ours", () => {
  it.each([null, "h2c", "websockets"])("is told to upgrade: Upgrade %s", async (upgrade) => {
    const answer = await askForSocket(await ticketOf(proof), { upgrade });
    expect([answer.status, answer.headers.get("Upgrade")]).toEqual([426, "websocket"]);
    expect(await problemOf(answer)).toMatchObject({ code: "upgrade_required", detail: expect.stringContaining("Upgrade: websocket") });
  });

  it.each([null, "mentha.live.v2", `x${protocol}`])("is told which subprotocol to offer: %s", async (subprotocol) => {
    const answer = await askForSocket(await ticketOf(proof), { subprotocol });
    expect(answer.status).toBe(400);
    expect(await problemOf(answer)).toMatchObject({ code: "bad_request", detail: expect.stringContaining(protocol) });
  });

  it.each(["HEAD", "GET"])("opens none unless it is a GET: %s", async (method) => {
    expect((await askAt({ method })).status).toBe(method === "GET" ? 101 : 426);
  });
});

describe("a ticket", () => {
  const uniform = async (answer: Response) => ({ ...(await problemOf(answer)), requestId: "" });

  it("opens one socket, and is refused then as any text would be", async () => {
    const ticket = await ticketOf(proof);
    const first = await askForSocket(ticket);
    first.webSocket?.accept();
    expect(first.status).toBe(101);
    const used = await uniform(await askForSocket(ticket));
    expect(used).toMatchObject({ status: 401, code: "unauthenticated" });
    const others = [await askForSocket("nonsense"), await askForSocket(ticket.replace(/.{4}$/, "AAAA")), await askForSocket(await seedKey(workspace))];
    for (const other of others) expect(await uniform(other)).toEqual(used);
    first.webSocket?.close(1000);
  });

  it("of 10 requests at once lets one in", async () => {
    const ticket = await ticketOf(proof);
    const answers = await Promise.all(Array.from({ length: 10 }, () => askForSocket(ticket)));
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(["101", ...Array.from({ length: 9 }, () => "401")]);
    for (const { webSocket } of answers) {
      webSocket?.accept();
      webSocket?.close(1000);
    }
  });

  it("is needed: neither a key, nor a token, nor a cookie opens anything", async () => {
    const headers = { Upgrade: "websocket", "Sec-WebSocket-Protocol": protocol, Cookie: "mentha_refresh=x" };
    const answer = await call("GET", "/ws", { headers: { ...headers, ...proof.headers }, key: await seedKey(workspace) });
    expect(await problemOf(answer)).toMatchObject({
      code: "invalid",
      errors: [{ path: "query.ticket", message: expect.stringContaining("POST /api/v1/ws-tickets") }],
    });
  });

  it.each([
    { page: "of the installation itself", origin: "https://mentha.test", status: 101 },
    { page: "of another site", origin: "https://elsewhere.test", status: 403 },
    { page: "that looks like the installation's", origin: "https://mentha.test.elsewhere.test", status: 403 },
    { page: "of no origin", origin: "null", status: 403 },
  ])("in a page $page gets $status", async ({ origin, status }) => {
    const answer = await askForSocket(await ticketOf(proof), { headers: { Origin: origin } });
    expect([answer.status, answer.headers.get("Access-Control-Allow-Origin")]).toEqual([status, null]);
    answer.webSocket?.accept();
    answer.webSocket?.close(1000);
  });

  it("in a page of an origin that operators named opens a socket", async () => {
    expect((await askAt({ headers: { Origin: "https://app.test" }, bindings: { CORS_ORIGINS: "https://app.test" } })).status).toBe(101);
  });

  it("of a key opens nothing from an address that the key may not be used from", async () => {
    const key = await seedKey(workspace);
    const ticket = await ticketOf({ key });
    const allowed = newAddress();
    await directoryDatabase(env)
      .update(apiKeys)
      .set({ allowedIps: [`${allowed}/32`] })
      .where(eq(apiKeys.prefix, parseApiKey(key)?.prefix ?? ""));
    const elsewhere = await askForSocket(ticket, { ip: newAddress() });
    expect([elsewhere.status, (await problemOf(elsewhere)).code]).toEqual([403, "forbidden"]);
    const answer = await askForSocket(ticket, { ip: allowed });
    expect(answer.status).toBe(101);
    answer.webSocket?.accept();
    answer.webSocket?.close(1000);
  });

  it("of somebody who left meanwhile opens nothing", async () => {
    const ticket = await ticketOf(proof);
    await directoryDatabase(env).delete(members).where(eq(members.userId, workspace.userId));
    expect((await askForSocket(ticket)).status).toBe(401);
  });

  it("is in no line of the log, whatever becomes of it", async () => {
    const lines: string[] = [];
    const spies = (["log", "info", "warn", "error", "debug"] as const).map((level) =>
      vi.spyOn(console, level).mockImplementation((...said) => void lines.push(JSON.stringify(said))),
    );
    const [good, unused] = [await ticketOf(proof), await ticketOf(proof)];
    const answers = [await askForSocket(good), await askForSocket(good), await askForSocket(unused, { upgrade: null }), await askForSocket(`${unused}x`)];
    for (const spy of spies) spy.mockRestore();
    expect(answers.map(({ status }) => status)).toEqual([101, 401, 426, 401]);
    expect(lines.filter((line) => line.includes("/ws")).length).toBeGreaterThanOrEqual(4);
    const secrets = [good, unused].flatMap((ticket) => ticket.split("."));
    expect(lines.filter((line) => secrets.slice(1).some((part) => line.includes(part)))).toEqual([]);
    for (const answer of answers.slice(1)) expect(await answer.text()).not.toContain(unused.split(".")[1]);
    answers[0]?.webSocket?.accept();
    answers[0]?.webSocket?.close(1000);
  });
});

describe("somebody who comes when there is no place", () => {
  it("is told to close one of twenty sockets, and when to come back", async () => {
    const another = await opened(await proofOf(workspace.userId));
    for (let count = 1; count < 20; count++) await opened(proof);
    const answer = await askForSocket(await ticketOf(proof));
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get("Retry-After"))).toBeGreaterThan(0);
    expect(await problemOf(answer)).toMatchObject({ code: "rate_limited", detail: expect.stringContaining("live connections") });
    expect(await another.isOpen()).toBe(true);
    const colleague = await opened(await proofOf(await seedMember(workspace, { role: "dev" })));
    expect(await colleague.heard("welcome")).toBeDefined();
  });
});
