import { describe, expect, it } from "vitest";
import { AppError } from "../../../../../shared/platform/index.ts";
import { tryExpressions } from "../../../../../shared/webhooks/endpoints/try-expressions.ts";

type Expressions = Parameters<typeof tryExpressions>[1];

/** What is wrong with an endpoint's expressions, by the path of the body; null when nothing is. */
async function problemWith(given: Partial<Expressions>): Promise<unknown> {
  const ctx = { workspaceId: "wsp_01kaq3v8e00000000000000000", now: () => Date.UTC(2026, 10, 22) };
  return tryExpressions(ctx, { kind: "http", events: ["*"], filter: null, template: null, ...given }).then(
    () => null,
    (error: unknown) => {
      const { code, errors } = AppError.from(error);
      return [code, ...errors.map(({ path, message }) => [path, message])];
    },
  );
}

describe("a filter", () => {
  it.each([
    ["true and false", 'type = "audit.completed" and data.scores.overall < 80'],
    ["false for every sample", "false"],
    ["nothing, of what an event has not", "data.nothing < 80"],
    ["nothing, of what others have", '$contains(data.url, "//shop.example/")'],
    ["true for every sample", "$exists(type)"],
    ["null for nothing", "null"],
  ])("may make %s", async (_, filter) => {
    expect(await problemWith({ filter })).toBeNull();
  });

  it.each([
    ["a text", "data.url", ["audit.completed"], "makes a text"],
    ["a number", "data.scores.overall", ["analysis_complete"], "makes a number"],
    ["a list", "[type]", ["audit.completed"], "makes a list"],
    ["an object", "data", ["audit.completed"], "makes an object"],
    ["a fault", "type + 1", ["audit.completed"], "must evaluate to a number"],
    ["its own fault", '$error("no")', ["audit.completed"], "no"],
    ["more steps than a filter has", "$sum([1..3000].($ * 2)) > 0", ["audit.completed"], "2000 steps"],
  ])("may not make %s", async (_, filter, events, says) => {
    expect(await problemWith({ filter, events })).toEqual([
      "invalid",
      ["body.filter", expect.stringMatching(new RegExp(`^The filter does not work for a sample of audit.completed\\. .*${says}`))],
    ]);
  });

  it("is tried on each of the types, and on no other", async () => {
    const filter = 'type = "audit.failed" ? 1 : true';
    expect(await problemWith({ filter })).toEqual(["invalid", ["body.filter", expect.stringContaining("audit.failed")]]);
    expect(await problemWith({ filter, events: ["error"] })).toEqual(["invalid", ["body.filter", expect.stringContaining("audit.failed")]]);
    expect(await problemWith({ filter, events: ["audit.completed", "warning"] })).toBeNull();
  });
});

describe("a template", () => {
  it.each<[string, Partial<Expressions>]>([
    ["an object", { template: '{ "site": data.url, "score": data.scores.overall, "at": timestamp }' }],
    ["a list", { template: "[type, id]" }],
    ["a text for a chat", { kind: "slack", template: '"Score of " & data.url & ": " & data.scores.overall' }],
    ["what takes more steps than a filter has", { template: '{ "sum": $sum([1..3000].($ * 2)) }' }],
    ["what works for those that the filter lets through", { template: "data.scores", filter: 'type = "audit.completed"' }],
  ])("may make %s", async (_, given) => {
    expect(await problemWith(given)).toBeNull();
  });

  it.each<[string, Partial<Expressions>, string]>([
    ["nothing at all", { template: "data.nothing" }, "made nothing"],
    ["nothing of a type", { template: "data.scores", events: ["audit.completed", "audit.started"] }, "audit.started.*made nothing"],
    ["a text for a receiver", { template: "type" }, "an object or a list, and made a text"],
    ["an object for a chat", { kind: "teams", template: "data" }, "a text, and made an object"],
    ["an empty text for a chat", { kind: "discord", template: '""' }, "made nothing"],
    ["a fault", { template: '{ "n": $number(type) }' }, "does not work"],
    ["what works for no sample, where the filter lets none through", { template: "data.nothing", filter: "false" }, "made nothing"],
  ])("may not make %s", async (_, given, says) => {
    expect(await problemWith(given)).toEqual(["invalid", ["body.template", expect.stringMatching(new RegExp(says))]]);
  });
});
