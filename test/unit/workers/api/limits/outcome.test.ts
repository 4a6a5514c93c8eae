import { describe, expect, it } from "vitest";
import { type Answered, outcomeOf } from "../../../../../workers/api/limits/outcome.ts";

const usage = { workspaceId: "wsp_a", userId: "usr_a" };
const read: Answered = { method: "get", path: "/api/v1/audits", status: 200, code: null, isReplay: false };
const create: Answered = { ...read, method: "post", status: 202, counts: "audits" };

describe("what is counted of an answer", () => {
  it.each<[string, Answered, object | null]>([
    ["a read", read, null],
    ["an audit", create, { audit: true }],
    ["an audit that was answered again", { ...create, isReplay: true }, null],
    ["something that is no audit", { ...create, counts: undefined }, null],
    ["an audit that is refused", { ...create, status: 422, code: "invalid" }, { error: true, refusal: { route: "POST /api/v1/audits", code: "invalid" } }],
    ["what a limit refused", { ...create, status: 429, code: "rate_limited" }, null],
    ["a fault", { ...create, status: 500, code: "internal" }, { error: true }],
    ["something else that did not answer", { ...read, status: 503, code: "unavailable" }, { error: true }],
    ["a read of what is not there", { ...read, status: 404, code: "not_found" }, { error: true }],
    ["a read that is not allowed", { ...read, status: 403, code: "forbidden" }, { error: true, refusal: { route: "GET /api/v1/audits", code: "forbidden" } }],
    ["a credential that ended meanwhile", { ...create, status: 401, code: "unauthenticated" }, { error: true }],
    ["an answer of an error without a problem", { ...read, status: 503, code: null }, { error: true }],
  ])("%s", (_, answered, counted) => {
    expect(outcomeOf(usage, answered)).toEqual(counted && { v: 1, usage, ...counted });
  });
});
