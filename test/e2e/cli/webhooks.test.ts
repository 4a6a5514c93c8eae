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
  outcome: "succeeded",
  startedAt: at,
  ms: 250,
  status: 204,
  responseHeaders: {},
  responseBody: "",
  failure: null,
  message: null,
  sent: [],
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
        "Failing   since 2027-03-31 14:05 UTC",
        "Breaker   open: nothing is sent until 2027-03-31 14:05 UTC",
        "Made      2027-03-31 14:05 UTC",
        "",
      ].join("\n"),
    );
    expect(server.asked).toEqual([`GET ${path}?limit=100`, `GET ${one}`]);
  });

  it("asks which one is meant when a name is that of several", async () => {
    const { code, stderr } = await webhooks({ [path]: json({ items: [webhook, { ...gone, name: "SHOP" }] }) }, ["disable", "Shop"]);
    expect([code, server.asked]).toEqual([2, [`GET ${path}?limit=100`]]);
    expect(stderr).toContain(`Several endpoints have the name "Shop". Give an id:\n  ${webhookId}\n  ${gone.id}`);
  });

  it("says it when there is none of that name", async () => {
    const { code, stderr } = await webhooks({ [path]: json({ items: [gone] }) }, ["test", "Shop"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('There is no endpoint with the name "Shop"')]);
  });

  it("makes an endpoint: standard output is its secret, which is shown only now", async () => {
    const flags = ["--url", "shop.example/hooks", "--events", "audit.completed,finding.opened", "--name", "Shop", "--filter", "data.score < 80"];
    const more = ["--throttle", "60/1m", "--header", "Authorization: Bearer a:b=c", "--option", "a=b=c", "--ordering", "per-subject", "--concurrency", "2"];
    const { code, stdout, stderr } = await webhooks({ [path]: json({ ...webhook, secret }) }, ["create", ...flags, ...more]);
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
    await webhooks({ [path]: json({ ...webhook, secret }) }, ["create", "--from", file, "--name", "Tickets"]);
    expect(server.bodies).toMatchObject([{ kind: "jira", url: "https://shop.atlassian.net", credentials, events: ["*"], name: "Tickets" }]);
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
    const { code, stdout } = await webhooks(answers, ["edit", "Shop", ...flags, ...more]);
    expect([code, server.asked, seen]).toEqual([0, [`GET ${path}?limit=100`, `GET ${one}`, `PATCH ${one}`], ['"7"']]);
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
  ])("does what it is told: $action", async ({ action, asks, says }) => {
    const { code, stderr } = await webhooks({ [one]: json({}), [`${one}/${action}`]: json(webhook) }, [action, webhookId]);
    expect([code, stderr, server.asked]).toEqual([0, `The endpoint ${webhookId} ${says}.\n`, [asks]]);
  });

  it.each([
    ["list"],
    ["show", webhookId],
    ["create", "--events", "*"],
    ["edit", webhookId, "--no-filter"],
    ["test", webhookId],
    ["rotate", webhookId],
    ["enable", webhookId],
    ["delete", webhookId],
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
  it("lists them, newest first, as many as are wanted", async () => {
    const path = `${one}/deliveries`;
    const { code, stdout } = await webhooks({ [path]: json({ items: [delivery, delivery] }) }, ["deliveries", webhookId, "--state", "failed", "--limit", "1"]);
    expect([code, server.asked]).toEqual([0, [`GET ${path}?limit=100&state=failed`]]);
    expect(stdout).toBe(
      [
        "ID                              TIME                  EVENT            ABOUT        STATE   ATTEMPTS  WHY",
        `${deliveryId}  2027-03-31 14:05 UTC  audit.completed  audit:aud_1  failed  3         status`,
        "",
      ].join("\n"),
    );
  });

  it("shows one with its attempts", async () => {
    const { code, stdout } = await webhooks({ [`/api/v1/deliveries/${deliveryId}`]: json({ ...delivery, payload: {}, attemptLog: [attempt] }) }, [
      "delivery",
      deliveryId,
    ]);
    expect(code).toBe(0);
    expect(stdout.split("\n").slice(-3)).toEqual([
      "ATTEMPT  TIME                  TOOK   OUTCOME  STATUS  WHY                         ANSWER",
      "3        2027-03-31 14:05 UTC  0.1 s  failed   404     The receiver answered 404.  No such page",
      "",
    ]);
  });

  it("sends one again", async () => {
    const retry = `/api/v1/deliveries/${deliveryId}/retry`;
    const { code, stderr } = await webhooks({ [retry]: json({ ...delivery, state: "pending" }) }, ["retry", deliveryId]);
    expect([code, stderr, server.asked]).toEqual([0, `It is sent again: audit.completed of audit:aud_1 (${deliveryId}).\n`, [`POST ${retry}`]]);
  });

  const replay = `${one}/replay`;
  const since = ["--since", "2027-03-01", "--until", "2027-03-31"];
  const which = { since: Date.UTC(2027, 2, 1), until: Date.UTC(2027, 2, 31), failedOnly: true };
  const counting = json({ count: 2, preview: true });

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

  it("asks nobody when there is nothing to send again", async () => {
    const { code, stderr } = await webhooks({ [replay]: json({ count: 0, preview: true }) }, ["replay", webhookId, ...since], []);
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
    { line: ["test", webhookId, "--type", "audit.done"], says: '--type: "audit.done" is not one of audit.started' },
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
