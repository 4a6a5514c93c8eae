import { env, exports } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { Audit } from "../../../../shared/audits/index.ts";
import { call, type SeededWorkspace, seedAudit, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { createAudit, untilEnded } from "../../../helpers/worker/audit-run.ts";
import { defineSite } from "../../../helpers/worker/site.ts";

let workspace: SeededWorkspace;
let key = "";
beforeAll(async () => {
  workspace = await seedWorkspace();
  key = await seedKey(workspace);
  await defineSite("again.test", { "/": "<h1>Hello</h1>" });
});

afterEach(() => {
  vi.restoreAllMocks();
});

const rerun = (id: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  call("POST", `/api/v1/audits/${id}/rerun`, { key, body, headers });

const Row = z.object({
  url: z.string(),
  status: z.string(),
  options: z.string().transform((text): unknown => JSON.parse(text)),
  sealed: z.string().nullable(),
});
const rowOf = async (id: string) =>
  Row.parse(await env.DB.prepare("SELECT url, status, options, sealed_headers AS sealed FROM audits WHERE id = ?").bind(id).first());
const setRow = async (id: string, column: "status" | "url" | "options", value: string): Promise<void> => {
  await env.DB.prepare(`UPDATE audits SET ${column} = ? WHERE id = ?`).bind(value, id).run();
};

/** Runs an audit of a small site to its end, with these options. */
async function endedAudit(options: Record<string, unknown>): Promise<string> {
  const { id } = await createAudit(key, "http://again.test/", { maxPages: 1, ...options });
  await untilEnded(key, id);
  return id;
}

const errorOf = async (answer: Response) => ({
  status: answer.status,
  ...(await answer.json<{ code: string; errors: { path: string; message: string }[] }>()),
});

describe("an audit that is run again", () => {
  it("is a new one with the same address and options, at its Location", async () => {
    const options = { maxPages: 7, maxDepth: 2, include: ["/**"], exclude: ["/a/*"], requestsPerSecond: 9, userAgent: "Custom/1.0" };
    const first = await endedAudit(options);
    const answer = await rerun(first);
    expect(answer.status).toBe(202);
    const audit = Audit.strict().parse(await answer.json());
    expect(answer.headers.get("Location")).toBe(`/api/v1/audits/${audit.id}`);
    expect(audit).toMatchObject({ url: "http://again.test/", status: "queued", startedAt: null });
    expect(audit.id).not.toBe(first);
    const [before, after] = [await rowOf(first), await rowOf(audit.id)];
    expect(after.options).toEqual(before.options);
    expect(after.options).toMatchObject({ maxPages: 7, maxDepth: 2, rate: 9, userAgent: "Custom/1.0", headerNames: [] });
    expect((await untilEnded(key, audit.id)).status).toBe("completed");
  });

  it("needs no permission to read", async () => {
    const id = await seedAudit(workspace);
    await setRow(id, "url", "http://again.test/");
    const writer = await seedKey(workspace, { scopes: ["audits:write"] });
    expect((await call("POST", `/api/v1/audits/${id}/rerun`, { key: writer })).status).toBe(202);
  });

  it.each(["completed", "failed", "cancelled"])("may have ended as %s", async (status) => {
    const id = await seedAudit(workspace);
    await setRow(id, "url", "http://again.test/");
    await setRow(id, "status", status);
    expect((await rerun(id)).status).toBe(202);
  });

  it.each(["queued", "running"])("must not be %s", async (status) => {
    const id = await seedAudit(workspace);
    await setRow(id, "status", status);
    expect(await errorOf(await rerun(id))).toMatchObject({ status: 409, code: "conflict" });
  });

  it("is not found once it was deleted, nor in another workspace", async () => {
    const id = await seedAudit(workspace);
    await call("DELETE", `/api/v1/audits/${id}`, { key });
    const others = await seedAudit(await seedWorkspace());
    expect([(await rerun(id)).status, (await rerun(others)).status]).toEqual([404, 404]);
  });

  it("passes every check of a new audit: an address that is no longer allowed is refused", async () => {
    const id = await seedAudit(workspace);
    await setRow(id, "url", "http://10.0.0.1/");
    expect(await errorOf(await rerun(id))).toMatchObject({ status: 422, code: "egress_refused" });
  });

  it("may be from before the names of headers were kept", async () => {
    const id = await seedAudit(workspace);
    await setRow(id, "url", "http://again.test/");
    expect((await rowOf(id)).options).not.toHaveProperty("headerNames");
    const audit = Audit.parse(await (await rerun(id)).json());
    expect((await rowOf(audit.id)).options).toMatchObject({ maxPages: 100, headerNames: [] });
  });
});

describe("the body", () => {
  it.each([
    { kind: "absent", init: {} },
    { kind: "empty", init: { body: "", headers: { "Content-Type": "application/json" } } },
    { kind: "empty, of another type", init: { body: "", headers: { "Content-Type": "text/plain" } } },
    { kind: "an empty object", init: { body: "{}", headers: { "Content-Type": "application/json" } } },
  ])("may be $kind", async ({ init }) => {
    expect((await sendRaw(init)).status).toBe(202);
  });

  it.each([
    { kind: "not JSON", body: "headers", type: "application/json", status: 400 },
    { kind: "of another type", body: "{}", type: "text/plain", status: 415 },
    { kind: "a list", body: "[]", type: "application/json", status: 422 },
    { kind: "something else, such as another address", body: '{"url":"http://other.test/"}', type: "application/json", status: 422 },
    { kind: "too large", body: JSON.stringify({ headers: { a: "x".repeat(1024 * 1024) } }), type: "application/json", status: 413 },
  ])("must not be $kind", async ({ body, type, status }) => {
    expect((await sendRaw({ body, headers: { "Content-Type": type } })).status).toBe(status);
  });

  it("must not set a header that belongs to us", async () => {
    const id = await endedAudit({});
    const answer = await errorOf(await rerun(id, { headers: { Host: "other.test" } }));
    expect(answer).toMatchObject({ status: 422, errors: [{ path: "body.headers", message: expect.stringContaining("Host") }] });
  });
});

describe("request headers", () => {
  const secret = "Basic c2VjcmV0LXZhbHVl";

  it("must be given again, and the answer names what is missing but knows no value", async () => {
    const id = await endedAudit({ headers: { Authorization: secret, "X-Stage": "blue" } });
    const row = await rowOf(id);
    expect(row.sealed).toBeNull();
    expect(row.options).toMatchObject({ headerNames: ["Authorization", "X-Stage"] });
    for (const [body, missing] of [
      [undefined, "Authorization, X-Stage"],
      [{}, "Authorization, X-Stage"],
      [{ headers: { "X-STAGE": "green" } }, "Authorization"],
    ] as const) {
      const answer = await rerun(id, body);
      const text = await answer.clone().text();
      expect(await errorOf(answer)).toMatchObject({
        status: 422,
        code: "invalid",
        errors: [{ path: "body.headers", message: expect.stringMatching(new RegExp(`missing: ${missing}$`)) }],
      });
      expect(text).not.toMatch(/c2VjcmV0|blue|green/);
    }
  });

  it("are taken over when they are given, are sealed as before, and are in no answer", async () => {
    const id = await endedAudit({ headers: { Authorization: "Basic b2xk" } });
    const answer = await rerun(id, { headers: { authorization: secret } });
    expect(answer.status).toBe(202);
    const text = await answer.text();
    expect(text).not.toMatch(/c2VjcmV0|authorization/i);
    const audit = Audit.strict().parse(JSON.parse(text));
    const row = await rowOf(audit.id);
    expect(row.options).toMatchObject({ headerNames: ["authorization"] });
    expect(JSON.stringify(row)).not.toContain("c2VjcmV0");
    expect((await untilEnded(key, audit.id)).status).toBe("completed");
    expect((await rowOf(audit.id)).sealed).toBeNull();
  });

  it("are in no line of the log", async () => {
    const id = await endedAudit({ headers: { Authorization: "Basic b2xk" } });
    const lines: string[] = [];
    for (const level of ["info", "warn", "error"] as const) vi.spyOn(console, level).mockImplementation((line: unknown) => void lines.push(String(line)));
    await (await rerun(id, { headers: { "X-Stage": secret } })).body?.cancel();
    await (await rerun(id, { headers: { Authorization: secret } })).body?.cancel();
    expect(lines.join("\n")).toContain("/rerun");
    expect(lines.join("\n")).not.toMatch(/c2VjcmV0|b2xk/);
  });
});

/** A rerun with a body that is not what `call` would send. */
async function sendRaw({ body, headers = {} }: { body?: string; headers?: Record<string, string> }): Promise<Response> {
  const id = await seedAudit(workspace);
  await setRow(id, "url", "http://again.test/");
  return exports.default.fetch(`https://mentha.test/api/v1/audits/${id}/rerun`, {
    method: "POST",
    headers: { "X-API-Key": key, ...headers },
    ...(body === undefined ? {} : { body }),
  });
}
