import { describe, expect, it } from "vitest";
import { AppError } from "../../../../../shared/platform/index.ts";
import { publicEventTypes } from "../../../../../shared/webhooks/catalogue/public-event.ts";
import { checkInput } from "../../../../../shared/webhooks/endpoints/check-input.ts";
import { CreateWebhookInput, UpdateWebhookInput, Webhook } from "../../../../../shared/webhooks/endpoints/schemas.ts";
import type { WebhookKind } from "../../../../../shared/webhooks/webhook-kind.ts";
import { admittedSpellings, refusedSpellings } from "../../platform/egress/spellings.ts";

const test = { egress: { allow: [], allowLoopback: false }, environment: "test" } as const;
const production = { ...test, environment: "production" } as const;

/** What is wrong with an input, by the path in it. */
function problemsWith(kind: WebhookKind, input: UpdateWebhookInput, ctx: Parameters<typeof checkInput>[0] = test): Record<string, string> {
  try {
    checkInput(ctx, kind, input);
    return {};
  } catch (error) {
    const { code, errors } = AppError.from(error);
    return { code, ...Object.fromEntries(errors.map(({ path, message }) => [path.replace("body.", ""), message])) };
  }
}

describe("the address of an endpoint", () => {
  it.each(refusedSpellings)("is not $url", ({ url, why }) => {
    expect(problemsWith("http", { url })).toEqual({ code: expect.stringMatching(/^(?:egress_refused|invalid)$/), url: expect.any(String) });
    if (URL.canParse(url)) expect(problemsWith("http", { url })).toEqual({ code: "egress_refused", url: expect.stringContaining(why) });
  });

  it.each(admittedSpellings)("may be %s", (url) => {
    expect(problemsWith("http", { url })).toEqual({});
  });

  it("is https in production, and may be http elsewhere", () => {
    const url = "http://example.com/hooks";
    expect(problemsWith("http", { url }, production)).toEqual({ code: "invalid", url: expect.stringContaining("https://") });
    expect(problemsWith("http", { url }, { ...test, environment: "development" })).toEqual({});
    expect(problemsWith("http", { url: "https://example.com/hooks" }, production)).toEqual({});
  });

  it.each(["example.com", "/hooks", "", "https://", "hooks"])("is not %j", (url) => {
    expect(problemsWith("http", { url })).toMatchObject({ code: "invalid", url: expect.stringContaining("complete address") });
  });

  it("never has a password that a refusal repeats", () => {
    expect(JSON.stringify(problemsWith("http", { url: "https://someone:hunter2@example.com/" }))).not.toContain("hunter2");
  });

  it("is kept in one spelling, without a fragment", () => {
    expect(checkInput(test, "http", { url: "HTTPS://Example.COM.:443/a?b=1#c" }).url?.href).toBe("https://example.com/a?b=1");
  });

  it.each([
    { kind: "teams", url: "https://acme.webhook.office.com/webhookb2/a" },
    { kind: "teams", url: "https://acme.webhook.office.com./webhookb2/a" },
    { kind: "teams", url: "https://OUTLOOK.office.com/webhook/a" },
    { kind: "teams", url: "https://outlook.office365.com/webhook/a" },
    { kind: "slack", url: "https://example.com/services/T0/B0/x" },
    { kind: "slack", url: "https://hooks.slack.com.example.com/services/T0/B0/x" },
    { kind: "slack", url: "https://notslack.com/" },
    { kind: "discord", url: "https://discord.com.example.com/api/webhooks/1/x" },
    { kind: "jira", url: "https://example.atlassian.net/browse/SHOP" },
    { kind: "trello", url: "https://api.trello.com" },
    { kind: "pagerduty", url: "https://events.pagerduty.com" },
  ] as const)("of the kind $kind is not $url", ({ kind, url }) => {
    expect(problemsWith(kind, { url })).toEqual({ code: "invalid", url: expect.any(String) });
  });

  it.each([
    { kind: "teams", url: "https://prod-1.westeurope.logic.azure.com/workflows/a/triggers/manual/paths/invoke?sig=x" },
    { kind: "slack", url: "https://hooks.slack.com/services/T0/B0/x" },
    { kind: "discord", url: "https://discord.com/api/webhooks/1/x" },
    { kind: "jira", url: "https://example.atlassian.net" },
  ] as const)("of the kind $kind may be $url", ({ kind, url }) => {
    expect(problemsWith(kind, { url })).toEqual({});
  });
});

describe("an address on the same computer", () => {
  const local = (environment: "development" | "test" | "production") => ({ egress: { allow: [], allowLoopback: true }, environment });

  it.each(["http", "slack", "teams", "discord", "jira"] as const)("stands in for any receiver in development and in tests: %s", (kind) => {
    for (const url of ["http://127.0.0.1:4040/", "http://localhost:9000/", "http://[::1]:4040/"]) {
      expect(problemsWith(kind, { url }, local("development"))).toEqual({});
      expect(problemsWith(kind, { url }, local("test"))).toEqual({});
      expect(problemsWith(kind, { url })).toMatchObject({ code: "egress_refused" });
    }
  });

  it.each(["slack", "discord"] as const)("does not in production: %s", (kind) => {
    expect(problemsWith(kind, { url: "https://localhost:9000/" }, local("production"))).toEqual({ code: "invalid", url: expect.stringContaining("shows for") });
  });

  it.each([
    { kind: "slack", says: "Give the address that Slack shows for an incoming webhook: https://hooks.slack.com/services/…" },
    { kind: "discord", says: "Give the address that Discord shows for a webhook: https://discord.com/api/webhooks/…" },
  ] as const)("is the only other one: of the kind $kind others are refused, with the one that is wanted", ({ kind, says }) => {
    expect(problemsWith(kind, { url: "https://example.com/" }, local("development"))).toEqual({ code: "invalid", url: says });
  });
});

describe("what a kind asks for", () => {
  it.each<{ kind: WebhookKind; credentials: Record<string, string>; wrong: string[] }>([
    { kind: "http", credentials: { token: "x" }, wrong: ["credentials.token"] },
    { kind: "jira", credentials: {}, wrong: ["credentials.email", "credentials.token"] },
    { kind: "jira", credentials: { email: "nobody", token: "x" }, wrong: ["credentials.email"] },
    { kind: "trello", credentials: { key: "x" }, wrong: ["credentials.token"] },
    { kind: "pagerduty", credentials: { routingKey: "short" }, wrong: ["credentials.routingKey"] },
    { kind: "pagerduty", credentials: { routingKey: "a".repeat(32) }, wrong: [] },
    { kind: "jira", credentials: { email: "ada@example.com", token: "x" }, wrong: [] },
  ])("$kind with $credentials", ({ kind, credentials, wrong }) => {
    const { code: _, ...problems } = problemsWith(kind, { credentials });
    expect(Object.keys(problems)).toEqual(wrong);
  });

  it("never repeats a credential that is wrong", () => {
    expect(JSON.stringify(problemsWith("pagerduty", { credentials: { routingKey: "hunter2" } }))).not.toContain("hunter2");
  });

  it("is filled up where it has usual values", () => {
    expect(checkInput(test, "jira", { options: { projectKey: "SHOP" } }).options).toMatchObject({ projectKey: "SHOP", issueType: "Bug", whenFixed: "comment" });
    expect(problemsWith("jira", { options: { projectKey: "shop", surprise: "1" } })).toMatchObject({
      "options.projectKey": expect.any(String),
      "options.surprise": expect.any(String),
    });
  });

  it.each(["jira", "trello"] as const)("%s always keeps the order", (kind) => {
    expect(problemsWith(kind, { ordering: "none" })).toEqual({ code: "invalid", ordering: expect.stringContaining(kind) });
    expect(problemsWith(kind, { ordering: "per-subject" })).toEqual({});
  });
});

describe("events", () => {
  it.each([...publicEventTypes, "*", "analysis_complete", "error", "warning"])("may be %s", (name) => {
    expect(problemsWith("http", { events: [name] })).toEqual({});
  });

  it.each([
    { name: "audit.complete", meant: "Did you mean audit.completed?" },
    { name: "findings.opened", meant: "Did you mean finding.opened?" },
    { name: "something else entirely", meant: "/api/v1/event-types" },
    { name: "audit.queued", meant: "Did you mean" },
    { name: "constructor", meant: "/api/v1/event-types" },
  ])("are not $name, and the refusal says which was meant", ({ name, meant }) => {
    expect(problemsWith("http", { events: ["audit.failed", name] })).toEqual({ code: "invalid", "events[1]": expect.stringContaining(meant) });
  });
});

describe("a filter and a template", () => {
  const expressionOf = (length: number): string => `type = "${"a".repeat(length - 9)}"`;

  it.each(["filter", "template"] as const)("is as long as an expression may be, and no longer: %s", (name) => {
    const [most, more] = [{ [name]: expressionOf(4_000) }, { [name]: expressionOf(4_001) }];
    for (const schema of [CreateWebhookInput.partial(), UpdateWebhookInput]) {
      expect([schema.safeParse(most).success, schema.safeParse(more).success]).toEqual([true, false]);
    }
    expect(problemsWith("http", most)).toEqual({});
    expect(problemsWith("http", more)).toMatchObject({ [name]: expect.stringContaining("4000") });
    expect(Webhook.shape[name].safeParse(expressionOf(4_001)).success).toBe(false);
  });
});

describe("headers", () => {
  it("are for requests of the kind http only", () => {
    expect(problemsWith("slack", { headers: { "X-A": "1" } })).toEqual({ code: "invalid", headers: expect.stringContaining("slack") });
    expect(problemsWith("slack", { headers: {} })).toEqual({});
  });

  it("are twenty at most, each given once", () => {
    const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`X-${i}`, "1"]));
    expect(problemsWith("http", { headers: many(20) })).toEqual({});
    expect(problemsWith("http", { headers: many(21) })).toEqual({ code: "invalid", headers: expect.stringContaining("20") });
    expect(problemsWith("http", { headers: { "X-Token": "1", "x-token": "2" } })).toMatchObject({ "headers.x-token": expect.stringContaining("twice") });
  });
});

describe("all that is wrong", () => {
  it("is said at once", () => {
    const input = { events: ["x"], filter: "(", template: ")", headers: { Host: "x" }, credentials: { a: "b" } };
    expect(Object.keys(problemsWith("http", input))).toEqual(["code", "events[0]", "filter", "template", "headers.Host", "credentials.a"]);
  });
});
