import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Answer, json, problem, type ScriptedApi, startScriptedApi } from "../../helpers/node/scripted-api.ts";
import { menthaHere } from "./run-here.ts";

const at = Date.UTC(2027, 2, 31, 14, 5);
const webhookId = "whk_01k9z8q5v0c3r7t2m4n6p8s1w1";
const deliveryId = "dlv_01k9z8q5v0c3r7t2m4n6p8s1w1";
const webhook = {
  id: webhookId,
  name: "Shop",
  kind: "http",
  url: "https://shop.example/hooks",
  headerNames: [],
  options: {},
  events: ["audit.completed", "finding.opened"],
  filter: null,
  template: null,
  ordering: "none",
  throttle: null,
  concurrency: 4,
  projectId: null,
  disabledAt: null,
  disabledFor: null,
  createdBy: "usr_01k9z8q5v0c3r7t2m4n6p8s1w1",
  createdAt: at,
  version: 1,
};
const gone = {
  ...webhook,
  id: "whk_01k9z8q5v0c3r7t2m4n6p8s1w2",
  name: null,
  kind: "slack",
  url: "https://hooks.slack.com/…",
  disabledAt: at,
  disabledFor: "gone",
};
const health = { breaker: "open", opensAt: at, failingSince: at, waiting: 7, inFlight: 1 };
const delivery = {
  id: deliveryId,
  webhookId,
  eventId: "evt_01k9z8q5v0c3r7t2m4n6p8s1w1",
  type: "audit.completed",
  subject: "audit:aud_1",
  state: "failed",
  round: 0,
  attempts: 3,
  nextAttemptAt: null,
  failure: "status",
  createdAt: at,
  finishedAt: at,
};
const attempt = {
  attempt: 3,
  startedAt: at,
  ms: 120,
  outcome: "failed",
  status: 404,
  failure: "status",
  message: "The receiver answered 404.",
  responseHeaders: {},
  responseBody: "No such\npage",
};
const tested = {
  type: "audit.completed",
  filter: null,
  outcome: "succeeded",
  startedAt: at,
  ms: 250,
  status: 204,
  responseHeaders: {},
  responseBody: "",
  failure: null,
  message: null,
  sent: [{ method: "POST", url: "https://shop.example/hooks", headers: { "webhook-id": "dlv_1", "X-Team": "web" }, body: `{"a":"${"b".repeat(600)}"}` }],
};
const secret = "whsec_bmV3";

const path = "/api/v1/webhooks";
const one = `${path}/${webhookId}`;

let server: ScriptedApi;
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mentha-webhooks-"));
});
afterEach(() => server.close());
afterAll(() => rm(folder, { recursive: true }));

/** An API that makes an endpoint, beside those that there are. */
const making =
  (made: Answer = json({ ...webhook, secret }), listed: Answer = json({ items: [] })): Answer =>
  (response, query) =>
    (response.req.method === "POST" ? made : listed)(response, query);

const refusing =
  (code: string, at: string): Answer =>
  (response) =>
    void response.writeHead(422).end(JSON.stringify({ code, detail: "No.", errors: [{ path: at, message: "No." }] }));

async function webhooks(answers: Parameters<typeof startScriptedApi>[0], args: readonly string[], typed?: readonly string[]) {
  server = await startScriptedApi(answers);
  return menthaHere(["webhooks", ...args], { env: { MENTHA_SERVER: server.url, MENTHA_KEY: "mk_test_1" }, ...(typed && { typed }) });
}

describe("mentha webhooks", () => {
  it("lists endpoints and how they are", async () => {
    const { code, stdout } = await webhooks({ [path]: json({ items: [webhook, gone] }) }, ["list"]);
    expect([code, stdout]).toEqual([
      0,
      [
        "ID                              NAME  KIND   STATE                                      ADDRESS                     EVENTS",
        `${webhookId}  Shop  http   enabled                                    https://shop.example/hooks  audit.completed finding.opened`,
        `${gone.id}        slack  disabled: its receiver takes nothing more  https://hooks.slack.com/…   audit.completed finding.opened`,
        "",
      ].join("\n"),
    ]);
  });

  it("shows an endpoint by its name, and how it is doing", async () => {
    const shown = { ...webhook, filter: "data.score < 80", options: { projectKey: "SHOP" }, headerNames: ["X-Team"], throttle: { limit: 60, perSeconds: 60 } };
    const { code, stdout } = await webhooks({ [path]: json({ items: [gone, webhook] }), [one]: json({ ...shown, health }) }, ["show", "shop"]);
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        `Id        ${webhookId}`,
        "Name      Shop",
        "Kind      http",
        "Address   https://shop.example/hooks",
        "Events    audit.completed finding.opened",
        "Filter    data.score < 80",
        "Headers   X-Team",
        "Options   projectKey=SHOP",
        "Throttle  60 in 60 s",
        "Order     none",
        "At once   4",
        "State     enabled",
        "Waiting   7, and 1 under way",
        "Failing   since 2027-03-31 14:05 UTC: no attempt succeeded",
        "Breaker   open, as most of the last attempts failed: nothing is sent until 2027-03-31 14:05 UTC",
        "Made      2027-03-31 14:05 UTC",
        "",
      ].join("\n"),
    );
    expect(server.asked).toEqual([`GET ${path}?limit=100`, `GET ${one}`]);
  });

  it.each([
    { name: "well", known: { ...health, breaker: "closed", opensAt: null, failingSince: null }, says: ["Failing  no\n", "Breaker  closed: attempts"] },
    { name: "half open", known: { ...health, breaker: "half-open", opensAt: null }, says: ["Breaker  half open: one attempt tries"] },
    { name: "not known", known: null, says: ["Health   not known right now"] },
  ])("says in words how an endpoint is doing: $name", async ({ known, says }) => {
    const { stdout } = await webhooks({ [one]: json({ ...webhook, health: known }) }, ["show", webhookId]);
    for (const line of says) expect(stdout).toContain(line);
  });

  it("asks which one is meant when a name is that of several", async () => {
    const { code, stderr } = await webhooks({ [path]: json({ items: [webhook, { ...gone, name: "SHOP" }] }) }, ["disable", "Shop"]);
    expect([code, server.asked]).toEqual([2, [`GET ${path}?limit=100`]]);
    expect(stderr).toContain(`Several endpoints have the name "Shop". Give an id:\n  ${webhookId}  ${webhook.url}\n  ${gone.id}  ${gone.url}\n`);
  });

  it("says it when there is none of that name", async () => {
    const { code, stderr } = await webhooks({ [path]: json({ items: [gone] }) }, ["test", "Shop"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('There is no endpoint with the name "Shop"')]);
  });

  it("makes an endpoint: standard output is its secret, which is shown only now", async () => {
    const flags = ["--url", "shop.example/hooks", "--events", "audit.completed,finding.opened", "--name", "Shop", "--filter", "data.score < 80"];
    const more = ["--throttle", "60/1m", "--header", "Authorization: Bearer a:b=c", "--option", "a=b=c", "--ordering", "per-subject", "--concurrency", "2"];
    const { code, stdout, stderr } = await webhooks({ [path]: making() }, ["create", ...flags, ...more]);
    expect([code, stdout]).toEqual([0, `${secret}\n`]);
    expect(stderr).toBe(
      `Made the endpoint "Shop" (${webhookId}): audit.completed, finding.opened to https://shop.example/hooks.\nKeep the secret, which verifies signatures: it is shown only now.\n`,
    );
    expect(server.bodies).toEqual([
      {
        url: "https://shop.example/hooks",
        events: ["audit.completed", "finding.opened"],
        name: "Shop",
        filter: "data.score < 80",
        throttle: { limit: 60, perSeconds: 60 },
        headers: { Authorization: "Bearer a:b=c" },
        options: { a: "b=c" },
        ordering: "per-subject",
        concurrency: 2,
      },
    ]);
  });

  it("takes from a file what should be on no command line; what the line says comes before it", async () => {
    const file = join(folder, "jira.json");
    const credentials = { email: "ada@example.com", token: "t" };
    await writeFile(file, JSON.stringify({ kind: "jira", url: "https://shop.atlassian.net", credentials, events: ["*"], name: "Old" }));
    await webhooks({ [path]: making() }, ["create", "--from", file, "--name", "Tickets"]);
    expect(server.bodies).toMatchObject([{ kind: "jira", url: "https://shop.atlassian.net", credentials, events: ["*"], name: "Tickets" }]);
  });

  it("says that others have the name of a new endpoint, whose secret it shows all the same", async () => {
    const answers = { [path]: making(undefined, json({ items: [webhook, gone] })) };
    const { code, stdout, stderr } = await webhooks(answers, ["create", "--events", "*", "--name", "shop"]);
    expect([code, stdout]).toEqual([0, `${secret}\n`]);
    expect(stderr).toContain(`already an endpoint with the name "shop", so only ids tell them apart:\n  ${webhookId}  ${webhook.url}\n`);
  });

  it("makes an endpoint with a key that may not list others", async () => {
    const answers = { [path]: making(undefined, problem(403, "forbidden", "This needs webhooks:read.")) };
    const { code, stdout } = await webhooks(answers, ["create", "--events", "*", "--name", "shop"]);
    expect([code, stdout]).toEqual([0, `${secret}\n`]);
  });

  it.each([
    { kind: "jira", last: ' "credentials": {"email": "ada@example.com", "token": "…"}}' },
    { kind: "trello", last: ' "credentials": {"key": "…", "token": "…"}}' },
    { kind: "pagerduty", last: ' "credentials": {"routingKey": "…"}}' },
  ])("says how credentials are given that are missing, for $kind", async ({ kind, last }) => {
    const { code, stderr } = await webhooks({ [path]: refusing("invalid", "body.credentials.token") }, ["create", "--events", "*", "--kind", kind]);
    const [wrong, advice, first, second] = stderr.split("\n");
    expect([code, wrong, advice, second]).toEqual([2, "mentha: credentials.token: No.", expect.stringContaining(`--from ${kind}.json`), last]);
    expect(JSON.parse(`${first}${second}`)).toMatchObject({ kind });
  });

  it.each([
    { code: "invalid", at: "body.events[0]", says: "--events: No.\nmentha webhooks events lists the types of events." },
    { code: "egress_refused", at: "body.url", says: "The address: No." },
  ])("counts it as wrong input when the server refuses $at ($code)", async ({ code, at, says }) => {
    const ended = await webhooks({ [path]: refusing(code, at) }, ["create", "--events", "*", "--url", "https://10.0.0.1"]);
    expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining(says)]);
  });

  it("says which option the server finds wrong", async () => {
    const errors = [
      { path: "body.events[0]", message: "There is no event." },
      { path: "body.template", message: "It lacks a bracket." },
    ];
    const answer: Answer = (response) => void response.writeHead(422).end(JSON.stringify({ code: "invalid", detail: "No.", errors }));
    const { code, stderr } = await webhooks({ [path]: answer }, ["create", "--events", "x", "--url", "https://shop.example"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("--events: There is no event.\n--template: It lacks a bracket.")]);
  });

  /** An API with an endpoint of version 7, and the versions that changes of it name. */
  function editable(answer: Answer = json({ ...webhook, version: 8 })) {
    const seen: (string | undefined)[] = [];
    const answers: Record<string, Answer> = {
      [path]: json({ items: [gone, webhook] }),
      [one]: (response, query) => {
        if (response.req.method !== "PATCH") return json({ ...webhook, version: 7, health })(response);
        seen.push(response.req.headers["if-match"]);
        answer(response, query);
      },
    };
    return { answers, seen };
  }

  it("changes what is given of an endpoint, which is still as it was read", async () => {
    const { answers, seen } = editable(json({ ...webhook, name: "Store", events: ["*"], version: 8 }));
    const flags = ["--name", "Store", "--url", "store.example/hooks", "--events", "*", "--throttle", "5/1s", "--ordering", "none", "--concurrency", "9"];
    const more = ["--header", "X-Team: web", "--option", "a=b", "--project", "prj_1", "--template", "$", "--no-filter"];
    const { code, stdout, stderr } = await webhooks(answers, ["edit", "Shop", ...flags, ...more]);
    const list = `GET ${path}?limit=100`;
    expect([code, server.asked, seen, stderr]).toEqual([0, [list, `GET ${one}`, list, `PATCH ${one}`], ['"7"'], ""]);
    expect(stdout).toMatch(/^Name +Store$/m);
    expect(server.bodies).toEqual([
      {
        name: "Store",
        url: "https://store.example/hooks",
        events: ["*"],
        throttle: { limit: 5, perSeconds: 1 },
        ordering: "none",
        concurrency: 9,
        headers: { "X-Team": "web" },
        options: { a: "b" },
        projectId: "prj_1",
        template: "$",
        filter: null,
      },
    ]);
  });

  it("says that another endpoint has the new name, and not that this one has it", async () => {
    const answers = { ...editable().answers, [path]: json({ items: [{ ...gone, name: "SHOP" }, webhook] }) };
    const { code, stderr } = await webhooks(answers, ["edit", webhookId, "--name", "Shop"]);
    expect([code, stderr.split("\n").slice(1)]).toEqual([0, [`  ${gone.id}  ${gone.url}`, ""]]);
  });

  it("says how an endpoint that there is gets credentials", async () => {
    const refused = refusing("invalid", "body.credentials.email");
    const jira: Answer = (response, query) => (response.req.method === "PATCH" ? refused : json({ ...webhook, kind: "jira", health }))(response, query);
    const { code, stderr } = await webhooks({ [one]: jira }, ["edit", webhookId, "--url", "https://other.atlassian.net"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--from jira.json:\n{"credentials": {"email": "ada@example.com", "token": "…"}}\n')]);
  });

  it("takes away what is to be there no more", async () => {
    const flags = ["--no-name", "--no-project", "--no-filter", "--no-template", "--no-throttle", "--no-header", "--no-option"];
    const { code } = await webhooks(editable().answers, ["edit", webhookId, ...flags]);
    const nothing = { name: null, projectId: null, filter: null, template: null, throttle: null, headers: null, options: null };
    expect([code, server.bodies]).toEqual([0, [nothing]]);
  });

  it("takes from a file what changes and should be on no command line; what the line says comes before it", async () => {
    const file = join(folder, "edit.json");
    const credentials = { email: "ada@example.com", token: "t" };
    await writeFile(file, JSON.stringify({ credentials, options: { projectKey: "SHOP" }, name: "Old", filter: "true", throttle: null }));
    await webhooks(editable().answers, ["edit", webhookId, "--from", file, "--name", "Tickets", "--no-filter"]);
    expect(server.bodies).toEqual([{ credentials, options: { projectKey: "SHOP" }, name: "Tickets", filter: null, throttle: null }]);
  });

  it.each([
    { holds: {}, says: "Say what to change" },
    { holds: { kind: "slack" }, says: "kind" },
  ])("changes nothing by a file of $holds", async ({ holds, says }) => {
    const file = join(folder, "wrong.json");
    await writeFile(file, JSON.stringify(holds));
    const { code, stderr } = await webhooks(editable().answers, ["edit", webhookId, "--from", file]);
    expect([code, server.asked, stderr]).toEqual([2, [], expect.stringContaining(says)]);
  });

  it("says that somebody else changed it at the same time", async () => {
    const { answers } = editable(problem(412, "precondition_failed", "Send the ETag of that answer."));
    const { code, stderr } = await webhooks(answers, ["edit", webhookId, "--no-filter"]);
    expect([code, stderr]).toEqual([3, expect.stringContaining("Somebody else changed this endpoint at the same time, so nothing of yours was changed.")]);
  });

  it("says which option of a change the server finds wrong", async () => {
    const wrong = {
      name: "--name",
      url: "The address",
      "events[0]": "--events",
      projectId: "--project",
      filter: "--filter",
      template: "--template",
      ordering: "--ordering",
      "throttle.limit": "--throttle",
      concurrency: "--concurrency",
      "headers.X-A": "--header",
      "options.a": "--option",
    };
    const errors = Object.keys(wrong).map((path) => ({ path: `body.${path}`, message: "No." }));
    const { answers } = editable((response) => void response.writeHead(422).end(JSON.stringify({ code: "invalid", detail: "No.", errors })));
    const { code, stderr } = await webhooks(answers, ["edit", webhookId, "--no-filter"]);
    const lines = Object.values(wrong).map((option) => `${option}: No.`);
    expect([code, stderr]).toEqual([2, expect.stringContaining(lines.join("\n"))]);
  });

  it.each([
    { name: "a success", answer: tested, code: 0, says: "Status   204" },
    {
      name: "what was sent",
      answer: tested,
      code: 0,
      says: "Sent     POST https://shop.example/hooks\n         webhook-id: dlv_1\n         X-Team: web\n         {",
    },
    { name: "a filter that lets it through", answer: { ...tested, filter: true }, code: 0, says: "Filter   lets this event through" },
    { name: "a filter that holds it back", answer: { ...tested, filter: false }, code: 0, says: "Filter   does not let this event through" },
    {
      name: "a failure",
      answer: { ...tested, outcome: "failed", status: null, failure: "timeout", message: "Too slow." },
      code: 3,
      says: "Why      Too slow.",
    },
  ])("tests an endpoint and says what came of it: $name", async ({ answer, code, says }) => {
    const ended = await webhooks({ [`${one}/test`]: json(answer) }, ["test", webhookId, "--type", "finding.opened"]);
    expect([ended.code, ended.stdout]).toEqual([code, expect.stringContaining(says)]);
    expect([server.asked, server.bodies]).toEqual([[`POST ${one}/test`], [{ type: "finding.opened" }]]);
  });

  it("says of a sample that could not be made that nothing was sent, and not that nothing answered", async () => {
    const unsent = { ...tested, outcome: "failed", status: null, failure: "settings", message: "The template fails.", sent: [] };
    const { code, stdout } = await webhooks({ [`${one}/test`]: json(unsent) }, ["test", webhookId]);
    expect([code, stdout]).toEqual([3, "Event    a sample of audit.completed\nSent     nothing\nOutcome  failed\nWhy      The template fails.\n"]);
  });

  it("tests with an event of the past", async () => {
    const { stdout } = await webhooks({ [`${one}/test`]: json(tested) }, ["test", webhookId, "--delivery", deliveryId]);
    expect([server.bodies, stdout]).toEqual([[{ deliveryId }], expect.stringContaining(`Event    audit.completed, of ${deliveryId}\n`)]);
  });

  it("lists the types of events in a language", async () => {
    const example = { id: "evt_1", type: "audit.completed", version: 1, timestamp: "2027-03-31T14:05:07.000Z", workspaceId: "wsp_1", data: {} };
    const item = { type: "audit.completed", version: 1, severity: "good", description: "Una auditoría terminó.", dataSchema: {}, example };
    const types = { items: [item], aliases: [{ name: "*", types: ["audit.completed"] }] };
    const { code, stdout } = await webhooks({ "/api/v1/event-types": json(types) }, ["events", "--lang", "es"]);
    expect([code, stdout]).toEqual([0, "audit.completed  Una auditoría terminó.\n\nNames for several\n*  every type\n"]);
    expect(server.asked).toEqual(["GET /api/v1/event-types?lang=es"]);
  });

  it.each([
    { line: [], body: {}, until: at, says: "The old secret signs too until 2027-03-31 14:05 UTC." },
    { line: ["--expire-now"], body: { expireNow: true }, until: null, says: "The old secret has ended." },
  ])("rotates the secret: $line", async ({ line, body, until, says }) => {
    const { code, stdout, stderr } = await webhooks({ [`${one}/rotate-secret`]: json({ secret, previousUntil: until, version: 2 }) }, [
      "rotate",
      webhookId,
      ...line,
    ]);
    expect([code, stdout, stderr, server.bodies]).toEqual([0, `${secret}\n`, `${says}\nKeep the new one: it is shown only now.\n`, [body]]);
  });

  it.each([
    { action: "enable", asks: `POST ${one}/enable`, says: "is enabled" },
    { action: "disable", asks: `POST ${one}/disable`, says: "is disabled" },
    { action: "delete", asks: `DELETE ${one}`, says: "is deleted" },
  ])("does what it is told, and names what was typed: $action", async ({ action, asks, says }) => {
    const line = [action, "shop", ...(action === "delete" ? ["--yes"] : [])];
    const { code, stderr } = await webhooks({ [path]: json({ items: [webhook] }), [one]: json({}), [`${one}/${action}`]: json(webhook) }, line);
    expect([code, stderr, server.asked]).toEqual([0, `The endpoint "shop" (${webhookId}) ${says}.\n`, [`GET ${path}?limit=100`, asks]]);
  });

  it.each([
    { typed: "yes", asked: [`GET ${one}`, `DELETE ${one}`], says: `The endpoint ${webhookId} is deleted.\n` },
    { typed: "no", asked: [`GET ${one}`], says: "Nothing is deleted.\n" },
  ])("asks on a terminal before it deletes: $typed", async ({ typed, asked, says }) => {
    const { code, stderr } = await webhooks({ [one]: json({ ...webhook, health }) }, ["delete", webhookId], [typed]);
    expect([code, server.asked, stderr]).toEqual([0, asked, expect.stringContaining(says)]);
    expect(stderr).toContain(`Delete the endpoint ${webhookId} to ${webhook.url}, with all of its deliveries?`);
  });

  it.each([
    ["list"],
    ["show", webhookId],
    ["create", "--events", "*"],
    ["edit", webhookId, "--no-filter"],
    ["test", webhookId],
    ["rotate", webhookId],
    ["enable", webhookId],
    ["delete", webhookId, "--yes"],
  ])("writes JSON: %s", async (...line) => {
    const answers = {
      [path]: json({ items: [webhook], ...webhook, secret }),
      [one]: json({ ...webhook, health }),
      [`${one}/test`]: json(tested),
      [`${one}/rotate-secret`]: json({ secret, previousUntil: null, version: 2 }),
      [`${one}/enable`]: json(webhook),
    };
    const { stdout } = await webhooks(answers, [...line, "--json"]);
    expect(JSON.parse(stdout)).toEqual(expect.anything());
  });
});

describe("mentha webhooks, of deliveries", () => {
  const [list, oneDelivery] = [`${one}/deliveries`, `/api/v1/deliveries/${deliveryId}`];
  const event = { id: "evt_1", type: "audit.completed", version: 1, timestamp: "2027-03-31T14:05:07.000Z", workspaceId: "wsp_1" };
  const payload = { ...event, data: { auditId: "aud_1", url: "https://shop.example/" } };
  const details = { ...delivery, payload, attemptLog: [attempt] };

  it("lists them, newest first, as many as are wanted, with what the event says and why it failed", async () => {
    const answers = { [list]: json({ items: [delivery, delivery] }), [oneDelivery]: json(details) };
    const { code, stdout } = await webhooks(answers, ["deliveries", webhookId, "--state", "failed", "--limit", "1"]);
    expect([code, server.asked]).toEqual([0, [`GET ${list}?limit=100&state=failed`, `GET ${oneDelivery}`]]);
    expect(stdout).toBe(
      [
        "ID                              TIME (UTC)           EVENT            STATE   ATTEMPTS  ABOUT",
        `${deliveryId}  2027-03-31 14:05:00  audit.completed  failed  3         shop.example`,
        "  why: status 404: The receiver answered 404.",
        "",
      ].join("\n"),
    );
  });

  it("asks for no more than the list where programs read it", async () => {
    const { stdout } = await webhooks({ [list]: json({ items: [delivery] }) }, ["deliveries", webhookId, "--json"]);
    expect([server.asked, JSON.parse(stdout)]).toEqual([[`GET ${list}?limit=100`], [delivery]]);
  });

  it("looks at the newest twenty alone, says of the rest what the list says, and keeps within 120 columns", async () => {
    const subject = `finding:https://${"shop.".repeat(20)}example title-missing`;
    const long = { ...delivery, type: "member.role-changed", subject, state: "succeeded", failure: "rejected" };
    const wordy = { ...details, ...long, payload: {}, attemptLog: [{ ...attempt, message: "Far too many words. ".repeat(50) }] };
    const { stdout } = await webhooks({ [list]: json({ items: Array(30).fill(long) }), [oneDelivery]: json(wordy) }, ["deliveries", webhookId]);
    expect(server.asked.filter((each) => each === `GET ${oneDelivery}`)).toHaveLength(20);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.filter((line) => line.startsWith("  why: rejected: Far too"))).toHaveLength(20);
    expect(lines.filter((line) => line === "  why: rejected")).toHaveLength(10);
    expect(Math.max(...lines.map((line) => line.length))).toBe(120);
    expect(stdout).toContain("  shop.shop.");
  });

  it("shows one with its event and its attempts", async () => {
    const { code, stdout } = await webhooks({ [oneDelivery]: json(details) }, ["delivery", deliveryId]);
    expect([code, server.asked]).toEqual([0, [`GET ${oneDelivery}`]]);
    expect(stdout).toContain("About     shop.example (audit:aud_1)\n");
    expect(stdout).toContain(`Payload   ${JSON.stringify(payload)}\n`);
    expect(stdout.split("\n").slice(-5)).toEqual([
      "ATTEMPT  TIME (UTC)           TOOK   OUTCOME  STATUS",
      "3        2027-03-31 14:05:00  0.1 s  failed   404",
      "  why: The receiver answered 404.",
      "  answer: No such page",
      "",
    ]);
  });

  const soon = "2027-03-31 14:05:00 UTC";
  const waiting = { ...delivery, state: "pending", failure: null, nextAttemptAt: at };
  it.each([
    { what: "its next attempt", endpoint: { ...webhook, health: { ...health, breaker: "closed", opensAt: null } }, says: `next attempt ${soon}` },
    { what: "a breaker", endpoint: { ...webhook, health }, says: `the endpoint's breaker is open until ${soon}` },
    { what: "a probe", endpoint: { ...webhook, health: { ...health, breaker: "half-open" } }, says: "one attempt tries whether the endpoint is well again" },
    { what: "somebody", endpoint: { ...webhook, disabledAt: at, health: null }, says: "its endpoint is disabled; it is sent once that is enabled" },
    { what: "its next attempt, of an endpoint that is not told of", endpoint: undefined, says: `next attempt ${soon}` },
  ])("says what one waits for: $what", async ({ endpoint, says }) => {
    const of = endpoint === undefined ? {} : { [one]: json(endpoint) };
    const answers = { ...of, [list]: json({ items: [waiting] }), [oneDelivery]: json({ ...details, ...waiting, attemptLog: [] }) };
    const listed = await webhooks(answers, ["deliveries", webhookId]);
    await server.close();
    const shown = await webhooks(answers, ["delivery", deliveryId]);
    expect([listed.stdout, shown.stdout]).toEqual([expect.stringContaining(`\n  waits: ${says}\n`), expect.stringContaining(`\nWaits     ${says}\n`)]);
  });

  it("sends one again", async () => {
    const retry = `/api/v1/deliveries/${deliveryId}/retry`;
    const { code, stderr } = await webhooks({ [retry]: json({ ...delivery, state: "pending" }) }, ["retry", deliveryId]);
    expect([code, stderr, server.asked]).toEqual([0, `It is sent again: audit.completed of audit:aud_1 (${deliveryId}).\n`, [`POST ${retry}`]]);
  });

  const replay = `${one}/replay`;
  const since = ["--since", "2027-03-01", "--until", "2027-03-31"];
  const which = { since: Date.UTC(2027, 2, 1), until: Date.UTC(2027, 2, 31), failedOnly: true };
  const counting = json({ count: 2, preview: true, waits: false });

  it.each([
    { name: "a preview", line: ["--preview"], typed: undefined, sends: false, out: "2 deliveries would be sent again.\n", err: "" },
    { name: "a yes on a terminal", line: [], typed: ["yes"], sends: true, out: "", err: "2 deliveries are sent again.\n" },
    { name: "a no on a terminal", line: [], typed: ["no"], sends: false, out: "", err: "Nothing is sent again.\n" },
    { name: "a yes on the line", line: ["--yes"], typed: undefined, sends: true, out: "", err: "2 deliveries are sent again.\n" },
  ])("counts what is sent again before it is, and asks first: $name", async ({ line, typed, sends, out, err }) => {
    const { code, stdout, stderr } = await webhooks({ [replay]: counting }, ["replay", webhookId, ...since, ...line], typed);
    expect([code, stdout, stderr]).toEqual([0, out, expect.stringContaining(err)]);
    expect(server.bodies).toEqual([{ ...which, preview: true }, ...(sends ? [which] : [])]);
  });

  it("sends what succeeded again too, and types alone, when asked to", async () => {
    await webhooks({ [replay]: counting }, ["replay", webhookId, "--since", "2027-03-01", "--all", "--types", "audit.failed,finding.fixed", "--preview"]);
    expect(server.bodies).toEqual([{ since: which.since, types: ["audit.failed", "finding.fixed"], failedOnly: false, preview: true }]);
  });

  it("says that what is sent again waits where the endpoint is disabled", async () => {
    const { stderr } = await webhooks({ [replay]: json({ count: 1, preview: false, waits: true }) }, ["replay", webhookId, ...since, "--yes"]);
    expect(stderr).toBe(`1 delivery is sent again once the endpoint is enabled, which is disabled now.\nEnable it: mentha webhooks enable ${webhookId}\n`);
  });

  it("asks nobody when there is nothing to send again", async () => {
    const { code, stderr } = await webhooks({ [replay]: json({ count: 0, preview: true, waits: false }) }, ["replay", webhookId, ...since], []);
    expect([code, stderr, server.asked]).toEqual([0, "There is nothing to send again.\n", [`POST ${replay}`]]);
  });

  it.each([
    { line: [], says: "Say what to do with webhooks" },
    { line: ["creat"], says: "Did you mean create?" },
    { line: ["show"], says: "by its id (whk_…) or its name" },
    { line: ["show", "My", "Shop"], says: '"Shop" is one too many' },
    { line: ["create", "--url", "https://shop.example"], says: "Say which events to send" },
    { line: ["create", "--events", "*", "--kind", "irc"], says: '--kind: "irc" is not one of http, slack' },
    { line: ["create", "--events", "*", "--throttle", "60"], says: '--throttle: "60" is no throttle' },
    { line: ["create", "--events", "*", "--header", "secret"], says: "--header: write a name, a colon and a value" },
    { line: ["create", "--events", "*", "--from", "/nowhere.json"], says: "--from: there is no /nowhere.json" },
    { line: ["edit"], says: "by its id (whk_…) or its name" },
    { line: ["edit", webhookId], says: "Say what to change" },
    { line: ["edit", webhookId, "--kind", "slack"], says: "--kind is not an option" },
    { line: ["edit", webhookId, "--filter", "true", "--no-filter"], says: "Give either --filter or --no-filter" },
    { line: ["edit", webhookId, "--header", "X-A: 1", "--no-header"], says: "Give either --header or --no-header" },
    { line: ["edit", webhookId, "--header", "secret"], says: "--header: write a name, a colon and a value" },
    { line: ["edit", webhookId, "--from", "/nowhere.json"], says: "--from: there is no /nowhere.json" },
    { line: ["test", webhookId, "--type", "audit.done"], says: '--type: there is no event "audit.done".' },
    { line: ["test", webhookId, "--type", "irc"], says: "mentha webhooks events lists the types of events" },
    { line: ["test", webhookId, "--type", "audit.failed", "--delivery", deliveryId], says: "Give either --type or --delivery" },
    { line: ["test", webhookId, "--delivery", webhookId], says: "--delivery: name it by its id (dlv_…)" },
    { line: ["delete", webhookId], says: "Nobody can be asked here. Say --yes to delete it." },
    { line: ["events", "now"], says: '"now" is one too many' },
    { line: ["delivery", webhookId], says: "by its id (dlv_…)" },
    { line: ["deliveries", webhookId, "--limit", "0"], says: "--limit: 0 is not a whole number from 1 to 10000" },
    { line: ["deliveries", webhookId, "--state", "lost"], says: '--state: "lost" is not one of pending, succeeded, failed' },
    { line: ["replay", webhookId], says: "Say since when" },
    { line: ["replay", webhookId, "--since", "2d"], says: "Say --yes to send again, or --preview to count" },
    { line: ["replay", webhookId, "--since", "2d", "--types", "audit.complete"], says: "Did you mean audit.completed?" },
  ])("refuses $line and asks for nothing", async ({ line, says }) => {
    const { code, stderr } = await webhooks({}, line);
    expect([code, server.asked, stderr]).toEqual([2, [], expect.stringContaining(says)]);
    expect(stderr).not.toMatch(/--header:.*secret/);
  });
});
