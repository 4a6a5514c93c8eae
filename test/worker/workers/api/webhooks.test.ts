import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { newId } from "../../../../shared/platform/index.ts";
import { CreatedWebhook, RotatedSecret, Webhook, WebhookDetails, WebhookList } from "../../../../shared/webhooks/index.ts";
import { Problem } from "../../../../workers/api/problem.ts";
import { call, contextOf, type SeededWorkspace, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { placesOf } from "../../../helpers/worker/everything.ts";
import { seedMember, signedIn } from "../../../helpers/worker/people.ts";
import { completeAudits, openWebhookBench } from "../../../helpers/worker/webhook-bench.ts";
import { seededSecret, seedWebhook } from "../../../helpers/worker/webhooks.ts";

const webhooksPath = "/api/v1/webhooks";
const soon = { timeout: 20_000 };
const url = "https://example.com/hooks";
let workspace: SeededWorkspace;
let key = "";
beforeAll(async () => {
  workspace = await seedWorkspace();
  key = await seedKey(workspace);
});

const post = (body: object, by = key, headers = {}) => call("POST", webhooksPath, { key: by, body, headers });
const create = async (body: object = {}, by = key) => CreatedWebhook.strict().parse(await (await post({ url, events: ["*"], ...body }, by)).json());
const at = ({ id }: { readonly id: string }, more = ""): string => `${webhooksPath}/${id}${more}`;
const read = async (webhook: { readonly id: string }) => WebhookDetails.strict().parse(await (await call("GET", at(webhook), { key })).json());
const patch = (webhook: { readonly id: string }, body: object) => call("PATCH", at(webhook), { key, body });
const patched = async (webhook: { readonly id: string }, body: object) => Webhook.strict().parse(await (await patch(webhook, body)).json());
const act = (webhook: { readonly id: string }, what: string, body?: object) => call("POST", at(webhook, what), { key, ...(body && { body }) });
const refusal = async (answer: Response) => {
  const { status, code, detail, errors } = Problem.parse(await answer.json());
  return { status, code, detail, paths: errors.map(({ path }) => path) };
};

/** The endpoint without what only some answers have. */
const plain = (answer: Webhook): Webhook => Webhook.parse(answer);

/** What is sealed of an endpoint, as its sender reads it. */
async function opened({ id }: { readonly id: string }): Promise<unknown> {
  const row = await env.DB.prepare("SELECT sealed_target AS sealed FROM webhooks WHERE id = ?").bind(id).first<{ sealed: string }>();
  return JSON.parse(await contextOf(env, workspace).vault.open(row?.sealed ?? "", id));
}

const eventsOf = async (type: string, webhookId: string): Promise<number> => {
  const found = await env.DB.prepare("SELECT count(*) AS count FROM events WHERE type = ? AND data LIKE ?")
    .bind(type, `%${webhookId}%`)
    .first<{ count: number }>();
  return found?.count ?? 0;
};

/** An expression of so many characters. */
const expressionOf = (length: number): string => `type = "${"a".repeat(length - 9)}"`;
const templateOf = (length: number): string => `{"a": "${"a".repeat(length - 9)}"}`;

describe("an endpoint", () => {
  it("is made with what is usual, and shows its secret once", async () => {
    const answer = await post({ url, events: ["audit.completed", "error", "audit.completed"] });
    expect([answer.status, answer.headers.get("ETag")]).toEqual([201, '"1"']);
    const made = CreatedWebhook.strict().parse(await answer.json());
    expect(made).toMatchObject({ name: null, kind: "http", url, headerNames: [], options: {}, events: ["audit.completed", "error"], version: 1 });
    expect(made).toMatchObject({ filter: null, template: null, ordering: "none", throttle: null, concurrency: 4, projectId: null, disabledAt: null });
    expect(made).toMatchObject({ disabledFor: null, createdBy: workspace.userId });
    expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(plain(await read(made))).toEqual(plain(made));
    const health = { breaker: "closed", opensAt: null, failingSince: null, waiting: 0, inFlight: 0 };
    expect((await read(made)).health).toEqual(health);
  });

  it("is made with everything that it may have, and changed in all of it", async () => {
    const projectId = newId("project");
    await env.DB.prepare("INSERT INTO projects (id, workspace_id, name, created_at) VALUES (?, ?, 'Shop', 1)").bind(projectId, workspace.id).run();
    const all = { name: " CI ", filter: "data.score < 80", template: '{"a": type}', ordering: "per-subject", concurrency: 20, projectId };
    const made = await create({ ...all, throttle: { limit: 5, perSeconds: 60 }, headers: { Authorization: "Bearer abcdefgh" } });
    expect(made).toMatchObject({ ...all, name: "CI", throttle: { limit: 5, perSeconds: 60 }, headerNames: ["Authorization"] });
    const changes = { name: "Other", filter: "true", template: '{"b": type}', ordering: "none", concurrency: 1, throttle: { limit: 6, perSeconds: 1 } };
    const changed = await patched(made, { ...changes, events: ["warning"], headers: { "X-Token": "12345678" } });
    expect(changed).toEqual({ ...plain(made), ...changes, events: ["warning"], headerNames: ["X-Token"], version: 2 });
    const cleared = { name: null, filter: null, template: null, throttle: null, projectId: null };
    expect(await patched(made, { ...cleared, headers: null })).toEqual({ ...changed, ...cleared, headerNames: [], version: 3 });
    expect(await opened(made)).toMatchObject({ url, headers: {} });
    expect(await eventsOf("webhook.changed", made.id)).toBe(2);
    expect(await patched(made, { ...cleared, url, events: ["warning"] })).toMatchObject({ version: 3 });
    expect(await eventsOf("webhook.changed", made.id)).toBe(2);
  });

  it("is disabled and enabled, each of which changes what is so already no more", async () => {
    const made = await create();
    const version = async (what: string) => {
      const { version, disabledAt, disabledFor } = Webhook.strict().parse(await (await act(made, what)).json());
      return [version, disabledAt !== null, disabledFor];
    };
    expect(await version("/enable")).toEqual([1, false, null]);
    expect(await version("/disable")).toEqual([2, true, "person"]);
    expect(await version("/disable")).toEqual([2, true, "person"]);
    expect(await version("/enable")).toEqual([3, false, null]);
    expect(await eventsOf("webhook.changed", made.id)).toBe(2);
    const failing = await seedWebhook(workspace, { disabledAt: 5, disabledFor: "failing" });
    expect(Webhook.parse(await (await act({ id: failing }, "/disable")).json())).toMatchObject({ disabledAt: 5, disabledFor: "failing", version: 1 });
    expect(Webhook.parse(await (await act({ id: failing }, "/enable")).json())).toMatchObject({ disabledAt: null, disabledFor: null, version: 2 });
  });

  it("is gone at once when it is deleted, and its deliveries, attempts and tickets soon", async () => {
    const [gone, kept] = [await create(), await create()];
    for (const { id } of [gone, kept]) await fill(id);
    expect(await rowsAbout(gone.id)).toBeGreaterThan(500);
    const keptRows = await rowsAbout(kept.id);
    expect((await call("DELETE", at(gone), { key })).status).toBe(204);
    expect((await call("GET", at(gone), { key })).status).toBe(404);
    expect((await call("DELETE", at(gone), { key })).status).toBe(404);
    expect((await act(gone, "/test")).status).toBe(404);
    await vi.waitFor(async () => expect(await rowsAbout(gone.id)).toBe(0), { timeout: 20_000 });
    expect(await rowsAbout(kept.id)).toBe(keptRows);
  });

  /** More deliveries than one slice of the removal takes, two attempts of each, and a ticket. */
  async function fill(id: string): Promise<void> {
    const delivery = env.DB.prepare(
      "INSERT INTO webhook_deliveries (id, workspace_id, webhook_id, event_id, type, subject, payload, state, created_at) VALUES (?, ?, ?, ?, 'audit.failed', 's', '{}', 'failed', 1)",
    );
    const attempt = env.DB.prepare(
      "INSERT INTO webhook_attempts (delivery_id, attempt, workspace_id, webhook_id, started_at, ms, outcome, response_headers, response_body) VALUES (?, ?, ?, ?, 1, 1, 'failed', '{}', '')",
    );
    const ticket = env.DB.prepare(
      "INSERT INTO webhook_tickets (webhook_id, subject, workspace_id, ticket_id, ticket_key, url, delivery_id, opened_at) VALUES (?, 's', ?, '1', 'A-1', '', ?, 1)",
    );
    const ids = Array.from({ length: 250 }, () => newId("delivery"));
    await env.DB.batch([
      ...ids.map((each) => delivery.bind(each, workspace.id, id, newId("event"))),
      ...ids.flatMap((each) => [1, 2].map((n) => attempt.bind(each, n, workspace.id, id))),
      ticket.bind(id, workspace.id, ids[0]),
    ]);
  }

  async function rowsAbout(id: string): Promise<number> {
    const tables = ["webhook_deliveries", "webhook_attempts", "webhook_tickets"];
    const counts = await env.DB.batch<{ count: number }>(
      tables.map((table) => env.DB.prepare(`SELECT count(*) AS count FROM ${table} WHERE webhook_id = ?`).bind(id)),
    );
    return counts.reduce((sum, { results }) => sum + (results[0]?.count ?? 0), 0);
  }
});

describe("the list", () => {
  it("has what is asked for, newest first, page by page, and nothing of others", async () => {
    const own = await seedWorkspace();
    const by = await seedKey(own);
    const projectId = newId("project");
    const made = [
      await seedWebhook(own, { projectId }),
      await seedWebhook(own, { kind: "slack", disabledAt: 1, disabledFor: "person" }),
      await seedWebhook(own, { kind: "slack", projectId }),
    ].toReversed();
    await seedWebhook(workspace);
    const ids = async (query: string) => {
      const { items, nextCursor } = WebhookList.parse(await (await call("GET", `${webhooksPath}${query}`, { key: by })).json());
      return { ids: items.map(({ id }) => id), nextCursor };
    };
    const first = await ids("?limit=2");
    expect([first.ids, (await ids(`?limit=2&cursor=${first.nextCursor}`)).ids]).toEqual([made.slice(0, 2), made.slice(2)]);
    expect((await ids("?kind=slack")).ids).toEqual(made.slice(0, 2));
    expect((await ids(`?projectId=${projectId}`)).ids).toEqual([made[0], made[2]]);
    expect((await ids("?enabled=true")).ids).toEqual([made[0], made[2]]);
    expect((await ids("?enabled=false&kind=slack")).ids).toEqual([made[1]]);
  });
});

describe("what is refused", () => {
  it.each<{ what: string; body: object; paths: string[] }>([
    { what: "no address", body: { events: ["*"] }, paths: ["body.url"] },
    { what: "no events", body: { url }, paths: ["body.events"] },
    { what: "an empty list of events", body: { url, events: [] }, paths: ["body.events"] },
    { what: "an event that there is not", body: { url, events: ["audit.complete"] }, paths: ["body.events[0]"] },
    { what: "a filter that cannot be read", body: { url, events: ["*"], filter: "(" }, paths: ["body.filter"] },
    { what: "a filter of 4,001 characters", body: { url, events: ["*"], filter: expressionOf(4_001) }, paths: ["body.filter"] },
    { what: "a template of 4,001 characters", body: { url, events: ["*"], template: templateOf(4_001) }, paths: ["body.template"] },
    { what: "a filter that makes a text", body: { url, events: ["*"], filter: "type" }, paths: ["body.filter"] },
    { what: "a template that makes nothing", body: { url, events: ["*"], template: "data.nothing" }, paths: ["body.template"] },
    { what: "a kind that there is not", body: { url, events: ["*"], kind: "fax" }, paths: ["body.kind"] },
    { what: "21 attempts at once", body: { url, events: ["*"], concurrency: 21 }, paths: ["body.concurrency"] },
    { what: "half a throttle", body: { url, events: ["*"], throttle: { limit: 1 } }, paths: ["body.throttle.perSeconds"] },
    { what: "a header of proxies", body: { url, events: ["*"], headers: { "X-Forwarded-Host": "x" } }, paths: ["body.headers.X-Forwarded-Host"] },
    { what: "a value of several lines", body: { url, events: ["*"], headers: { "X-A": "a\r\nb" } }, paths: ["body.headers.X-A"] },
    {
      what: "an address for trello",
      body: { kind: "trello", url, events: ["*"] },
      paths: ["body.url", "body.credentials.key", "body.credentials.token", "body.options.listId"],
    },
    { what: "a retired connector", body: { kind: "teams", url: "https://a.webhook.office.com/b", events: ["*"] }, paths: ["body.url"] },
    { what: "a project of nobody", body: { url, events: ["*"], projectId: newId("project") }, paths: ["body.projectId"] },
  ])("$what", async ({ body, paths }) => {
    const { status, paths: named } = await refusal(await post(body));
    expect([status, named.toSorted()]).toEqual([422, paths.toSorted()]);
  });

  it.each([
    "http://127.0.0.1/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://[::1]/",
    "http://[::ffff:169.254.169.254]/",
    "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.1/",
    "http://metadata.google.internal/",
    "http://127.0.0.1.nip.io/",
    "https://localhost/",
    "https://intranet/",
    "https://example.com:22/",
    "https://user:hunter2@example.com/",
    "ftp://example.com/",
  ])("%s, when an endpoint is made and when it is changed", async (address) => {
    const id = await seedWebhook(workspace);
    for (const answer of [await post({ url: address, events: ["*"] }), await patch({ id }, { url: address })]) {
      const said = await refusal(answer);
      expect(said).toMatchObject({ status: 422, code: "egress_refused", paths: ["body.url"] });
      expect(said.detail).not.toContain("hunter2");
    }
    expect(await opened({ id })).toMatchObject({ url: "http://battery.test/" });
  });

  it("what is longer than an expression may be, in words that say how long that is", async () => {
    const made = await create({ filter: expressionOf(4_000), template: templateOf(4_000) });
    expect(made).toMatchObject({ filter: expressionOf(4_000), template: templateOf(4_000) });
    for (const answer of [await post({ url, events: ["*"], filter: expressionOf(4_001) }), await patch(made, { template: templateOf(4_001) })])
      expect(Problem.parse(await answer.json()).errors).toMatchObject([{ message: "Use at most 4,000 characters" }]);
  });

  it("an expression that does not work for what the endpoint gets, when it is changed and when the events are", async () => {
    const made = await create({ events: ["audit.completed"], filter: "data.scores.overall < 80", template: "data.scores" });
    for (const [body, path] of [
      [{ filter: "data.url" }, "body.filter"],
      [{ template: "data.nothing" }, "body.template"],
      [{ events: ["audit.started"], filter: null }, "body.template"],
    ] as const) {
      expect(await refusal(await patch(made, body))).toMatchObject({ status: 422, paths: [path] });
    }
    expect(plain(await read(made))).toEqual(plain(made));
    expect(await patched(made, { events: ["audit.started"], filter: null, template: null })).toMatchObject({ events: ["audit.started"], version: 2 });
  });

  it("a project of another workspace", async () => {
    const projectId = newId("project");
    await env.DB.prepare("INSERT INTO projects (id, workspace_id, name, created_at) VALUES (?, ?, 'Theirs', 1)")
      .bind(projectId, (await seedWorkspace()).id)
      .run();
    expect(await refusal(await post({ url, events: ["*"], projectId }))).toMatchObject({ status: 422, paths: ["body.projectId"] });
    expect(await refusal(await patch({ id: await seedWebhook(workspace) }, { projectId }))).toMatchObject({ status: 422, paths: ["body.projectId"] });
  });

  it("another kind", async () => {
    expect(await refusal(await patch(await create(), { kind: "slack" }))).toMatchObject({ status: 422, paths: ["body.kind"] });
  });

  it("what is stored of an endpoint for another host: header values and credentials are given anew", async () => {
    const headers = { Authorization: "Bearer abcdefgh" };
    const made = await create({ headers });
    for (const moved of ["https://example.org/hooks", "https://example.com:8443/hooks", "http://example.com/hooks", "https://www.example.com/hooks"])
      expect(await refusal(await patch(made, { url: moved }))).toMatchObject({ status: 422, paths: ["body.headers"] });
    expect(await opened(made)).toMatchObject({ url, headers });
    expect(await patched(made, { url: "https://example.com/elsewhere" })).toMatchObject({
      url: "https://example.com/elsewhere",
      headerNames: ["Authorization"],
    });
    expect(await patched(made, { url: "https://example.org/hooks", headers: { "X-Token": "12345678" } })).toMatchObject({ headerNames: ["X-Token"] });
    expect(await patched(made, { url, headers: null })).toMatchObject({ url, headerNames: [] });

    const jira = {
      kind: "jira",
      url: "https://a.atlassian.net",
      options: { projectKey: "SHOP" },
      credentials: { email: "ada@example.com", token: "hunter2hunter2" },
    };
    const tickets = await create(jira);
    expect(tickets).toMatchObject({ ordering: "per-subject", options: { projectKey: "SHOP", issueType: "Bug" } });
    expect(await refusal(await patch(tickets, { url: "https://b.atlassian.net" }))).toMatchObject({ status: 422, paths: ["body.credentials"] });
    const credentials = { email: "ada@example.com", token: "another-token" };
    expect(await patched(tickets, { url: "https://b.atlassian.net", credentials })).toMatchObject({ url: "https://b.atlassian.net/", version: 2 });
    expect(await opened(tickets)).toMatchObject({ url: "https://b.atlassian.net/", credentials });
  });

  it("everything for whoever may only look, and for other workspaces", async () => {
    const made = await create();
    const qa = await signedIn(await seedMember(workspace, { role: "qa" }), workspace.id);
    const dev = await signedIn(await seedMember(workspace, { role: "dev" }), workspace.id);
    const stranger = await seedKey(await seedWorkspace());
    for (const [method, path, body] of [
      ["GET", "", undefined],
      ["POST", "/disable", undefined],
      ["POST", "/enable", undefined],
      ["POST", "/rotate-secret", {}],
      ["PATCH", "", { name: "Mine" }],
      ["DELETE", "", undefined],
    ] as const) {
      const asStranger = await call(method, at(made, path), { key: stranger, ...(body && { body }) });
      const asQa = await qa(method, at(made, path), body);
      expect([method, path, asStranger.status, asQa.status]).toEqual([method, path, 404, method === "GET" ? 200 : 403]);
      expect((await dev(method, at(made, path), body)).status).toBeLessThan(300);
    }
  });
});

describe("a hundred endpoints", () => {
  it("are the most that a workspace has, also when several are made at once", async () => {
    const own = await seedWorkspace();
    const by = await seedKey(own);
    for (let i = 0; i < 97; i++) await seedWebhook(own);
    const answers = await Promise.all(Array.from({ length: 8 }, () => post({ url, events: ["*"] }, by)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 201, 201, 409, 409, 409, 409, 409]);
    expect(await refusal(await post({ url, events: ["*"] }, by))).toMatchObject({ status: 409, detail: expect.stringContaining("100 webhooks") });
    const found = await env.DB.prepare("SELECT count(*) AS count FROM webhooks WHERE workspace_id = ?").bind(own.id).first();
    expect(found).toEqual({ count: 100 });
  });
});

describe("two who change an endpoint at once", () => {
  it("change it once, and the other is told", async () => {
    const made = await create();
    const names = Array.from({ length: 6 }, (_, i) => `name ${i}`);
    const answers = await Promise.all(names.map((name) => patch(made, { name })));
    const won = answers.filter(({ status }) => status === 200).length;
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(6 - won);
    expect((await read(made)).version).toBe(1 + won);
    expect(await eventsOf("webhook.changed", made.id)).toBe(won);
  });
});

describe("the secret", () => {
  it("is the same again for the same Idempotency-Key", async () => {
    const again = async () => CreatedWebhook.parse(await (await post({ url, events: ["*"] }, key, { "Idempotency-Key": "made-once" })).json());
    const [first, second] = [await again(), await again()];
    expect(second).toEqual(first);
    const rotate = async () =>
      RotatedSecret.strict().parse(
        await (await call("POST", at(first, "/rotate-secret"), { key, body: {}, headers: { "Idempotency-Key": "turned-once" } })).json(),
      );
    const [turned, turnedAgain] = [await rotate(), await rotate()];
    expect(turnedAgain).toEqual(turned);
    expect((await read(first)).version).toBe(2);
  });

  it("is rotated: the old one signs beside the new one for a day, or ends now", async () => {
    const made = await create();
    const before = Date.now();
    const first = RotatedSecret.strict().parse(await (await act(made, "/rotate-secret")).json());
    expect(first.previousUntil).toBeGreaterThanOrEqual(before + 86_400_000);
    expect(first.version).toBe(2);
    const secrets = [
      { secret: first.secret, until: null },
      { secret: made.secret, until: first.previousUntil },
    ];
    expect(await opened(made)).toMatchObject({ secrets });
    const second = RotatedSecret.strict().parse(await (await act(made, "/rotate-secret", { expireNow: true })).json());
    expect(second).toMatchObject({ previousUntil: null, version: 3 });
    expect(await opened(made)).toMatchObject({ secrets: [{ secret: second.secret, until: null }] });
    expect(new Set([made.secret, first.secret, second.secret]).size).toBe(3);
  });

  it("that is new keeps nobody from disabling an endpoint that is gone", async () => {
    const bench = await openWebhookBench("gone-after-rotation.test", { "*": [{ status: 500 }, { status: 410 }] });
    const by = await seedKey(bench.workspace);
    const object = env.WEBHOOK_ENDPOINT.get(env.WEBHOOK_ENDPOINT.idFromName(bench.webhookId));
    const stored = (text: string) => runInDurableObject(object, (_, { storage }) => storage.sql.exec(text).toArray());
    await completeAudits(bench, 1);
    await vi.waitFor(async () => expect(await stored("SELECT state FROM delivery")).toEqual([{ state: "waiting" }]), soon);
    expect((await call("POST", at({ id: bench.webhookId }, "/rotate-secret"), { key: by, body: {} })).status).toBe(201);
    // The object is told before the receiver is asked again.
    await vi.waitFor(async () => expect(await stored("SELECT state ->> '$.settings.version' AS version FROM endpoint")).toEqual([{ version: 2 }]), soon);
    await stored("UPDATE delivery SET due_at = 0 WHERE state = 'waiting'");
    await runDurableObjectAlarm(object);
    const now = async () => Webhook.parse(await (await call("GET", at({ id: bench.webhookId }), { key: by })).json());
    await vi.waitFor(async () => expect(await now()).toMatchObject({ disabledFor: "gone", version: 3 }), soon);
    expect(await bench.site.requests()).toHaveLength(2);
  });

  it("of an endpoint whose key the server no longer has is told from a fault", async () => {
    const id = await seedWebhook(workspace);
    await env.DB.prepare("UPDATE webhooks SET sealed_target = 'v1.x' WHERE id = ?").bind(id).run();
    for (const answer of [await act({ id }, "/rotate-secret"), await patch({ id }, { headers: { "X-A": "1" } })])
      expect(await refusal(answer)).toMatchObject({ status: 409, detail: expect.stringContaining("make it anew") });
    expect((await patch({ id }, { name: "Renamed" })).status).toBe(200);
    expect((await call("DELETE", at({ id }), { key })).status).toBe(204);
  });
});

describe("what nobody may see", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it("is in no answer but the one that shows the secret, in no row, in no log", async () => {
    const lines: string[] = [];
    for (const level of ["info", "warn", "error", "log"] as const)
      vi.spyOn(console, level).mockImplementation((...said) => void lines.push(JSON.stringify(said)));
    const texts: string[] = [];
    const ask = async (method: string, path: string, body?: object) => {
      const text = await (await call(method, path, { key, ...(body && { body }) })).text();
      texts.push(text);
      return text;
    };
    const slack = { kind: "slack", url: "https://hooks.slack.com/services/T0/B0/slack-address-secret", events: ["*"] };
    const jira = {
      kind: "jira",
      url: "https://a.atlassian.net",
      options: { projectKey: "SHOP" },
      credentials: { email: "ada@secret.example", token: "token-secret" },
    };
    const http = { headers: { Authorization: "Bearer header-secret" }, url: "https://example.com/hooks?sign=query-logged" };
    const made = [await create(slack), await create({ ...jira, events: ["*"] }), await create(http)];
    expect(made[0]?.url).toBe("https://hooks.slack.com/…");
    const rotated: string[] = [];
    for (const each of made) {
      await ask("GET", at(each));
      await ask("POST", at(each, "/disable"));
      await ask("PATCH", at(each), { name: "Renamed" });
      rotated.push(RotatedSecret.parse(await (await act(each, "/rotate-secret")).json()).secret);
    }
    await ask("PATCH", at(made[0] ?? { id: "" }), { url: "https://hooks.slack.com/services/T0/B0/other-address-secret" });
    await ask("PATCH", at(made[1] ?? { id: "" }), { credentials: { email: "ada@secret.example", token: "other-token-secret" } });
    await ask("PATCH", at(made[1] ?? { id: "" }), { credentials: { email: "ada@secret.example", tokens: "misplaced-secret" } });
    await ask("PATCH", at(made[2] ?? { id: "" }), { headers: { Authorization: "Bearer other-header-secret" } });
    await ask("PATCH", at(made[2] ?? { id: "" }), { url: "https://example.org/", headers: { Host: "misplaced-secret" } });
    await ask("GET", webhooksPath);
    const secrets = ["slack-address-secret", "other-address-secret", "secret.example", "token-secret", "header-secret", "misplaced-secret"];
    for (const secret of [...secrets, ...made.map((each) => each.secret), ...rotated]) {
      expect([secret, texts.filter((text) => text.includes(secret)), lines.filter((line) => line.includes(secret)), await placesOf(secret)]).toEqual([
        secret,
        [],
        [],
        [],
      ]);
    }
    expect(await placesOf("query-logged")).toEqual(["webhooks"]);
    expect(texts.join()).not.toContain(seededSecret);
  });

  it("leaves its name in the audit log: that it changed", async () => {
    const made = await create({ headers: { Authorization: "Bearer abcdefgh" } });
    await patch(made, { headers: { Authorization: "Bearer ijklmnop" } });
    const { results } = await env.DB.prepare("SELECT details FROM audit_log WHERE target_id = ? AND action = 'webhook.update'")
      .bind(made.id)
      .all<{ details: string }>();
    expect(results.map(({ details }) => JSON.parse(details))).toEqual([{ before: {}, after: { headersReplaced: true } }]);
  });
});
