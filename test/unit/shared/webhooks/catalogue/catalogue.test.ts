import { describe, expect, it } from "vitest";
import { listRules } from "../../../../../shared/audits/index.ts";
import { idPattern, newId, type StoredEvent } from "../../../../../shared/platform/index.ts";
import { aliases, catalogue, exampleOf, expandTypes, sampleOf, subjectOfStored } from "../../../../../shared/webhooks/catalogue/catalogue.ts";
import { PublicEvent, type PublicEventType, publicEventTypes } from "../../../../../shared/webhooks/catalogue/public-event.ts";

const ids = { id: newId("event"), workspaceId: newId("workspace") };
const origin = "https://shop.example";

/** An event of each type as it is stored, with the same ids as the example, and what it is about. */
const cases: Readonly<Record<PublicEventType, { readonly stored: StoredEvent; readonly subject: string }>> = {
  "audit.started": { stored: { ...ids, type: "audit.started", data: { auditId: "aud_1" } }, subject: "audit:aud_1" },
  "audit.completed": { stored: { ...ids, type: "audit.completed", data: { auditId: "aud_1" } }, subject: "audit:aud_1" },
  "audit.failed": { stored: { ...ids, type: "audit.failed", data: { auditId: "aud_1", reason: "internal" } }, subject: "audit:aud_1" },
  "audit.cancelled": { stored: { ...ids, type: "audit.cancelled", data: { auditId: "aud_1" } }, subject: "audit:aud_1" },
  "audit.regressed": {
    stored: { ...ids, type: "audit.regressed", data: { auditId: "aud_2", baseId: "aud_1", origin } },
    subject: "regression:https://shop.example",
  },
  "finding.opened": {
    stored: { ...ids, type: "finding.opened", data: { auditId: "aud_1", ruleId: "title-missing", origin } },
    subject: "finding:https://shop.example title-missing",
  },
  "finding.fixed": {
    stored: { ...ids, type: "finding.fixed", data: { auditId: "aud_2", ruleId: "title-missing", origin } },
    subject: "finding:https://shop.example title-missing",
  },
  "report.ready": { stored: { ...ids, type: "report.ready", data: { reportId: "rpt_1" } }, subject: "report:rpt_1" },
  "job.failed": { stored: { ...ids, type: "job.failed", data: { jobId: "job_1", jobType: "audit.purge" } }, subject: "job:job_1" },
  "limit.reached": { stored: { ...ids, type: "limit.reached", data: { principalId: "key_1", day: "2026-11-22" } }, subject: "limit:key_1" },
  "user.invited": { stored: { ...ids, type: "user.invited", data: { invitationId: "inv_1", role: "qa", invitedBy: "usr_1" } }, subject: "user:inv_1" },
  "member.joined": { stored: { ...ids, type: "member.joined", data: { userId: "usr_2", invitedBy: "usr_1" } }, subject: "user:usr_2" },
  "member.role-changed": { stored: { ...ids, type: "member.role-changed", data: { userId: "usr_2", role: "qa" } }, subject: "user:usr_2" },
  "webhook.failing": { stored: { ...ids, type: "webhook.failing", data: { webhookId: "whk_1", since: 1 } }, subject: "webhook:whk_1" },
  "webhook.disabled": { stored: { ...ids, type: "webhook.disabled", data: { webhookId: "whk_1", reason: "gone" } }, subject: "webhook:whk_1" },
};

describe.each(publicEventTypes)("%s", (type) => {
  it("has an example as its schema asks for, and as an endpoint gets it", () => {
    const { data, example, version } = catalogue[type];
    expect(data.parse(example)).toEqual(example);
    const event = exampleOf(type);
    expect(PublicEvent.parse(event)).toEqual(event);
    expect(event).toMatchObject({ type, version, data: example, timestamp: "2026-11-22T09:00:44.800Z" });
  });

  it("says nothing that its schema does not name", () => {
    const { data, example } = catalogue[type];
    expect(data.safeParse({ ...example, more: 1 }).success).toBe(false);
  });

  it("is described in both languages, in whole sentences", () => {
    const { en, es } = catalogue[type].description;
    expect(en).not.toBe(es);
    for (const text of [en, es]) expect(text).toMatch(/^\p{Lu}.*\.$/u);
  });

  it("is about what is stored of it", () => {
    const { stored, subject } = cases[type];
    expect(subjectOfStored(stored)).toBe(subject);
  });

  it("has samples of the asker's workspace, each with an id of its own", () => {
    const workspaceId = newId("workspace");
    const at = Date.UTC(2026, 0, 2);
    const [one, other] = [sampleOf(type, workspaceId, at), sampleOf(type, workspaceId, at)];
    expect(one.event).toMatchObject({ type, workspaceId, timestamp: "2026-01-02T00:00:00.000Z", data: catalogue[type].example });
    expect(one.event.id).toMatch(idPattern("event"));
    expect(one.event.id).not.toBe(other.event.id);
    expect(one.subject).toMatch(/^(?:audit|finding|job|limit|regression|report|user|webhook):(?!.*undefined)./);
  });
});

it.each(["finding.opened", "finding.fixed"] as const)("the example of %s is as its rule says", (type) => {
  const { ruleId, title, severity, category } = catalogue[type].example;
  const rule = listRules("en").find(({ id }) => id === ruleId);
  expect({ title, severity, category }).toEqual({ title: rule?.title, severity: rule?.severity, category: rule?.category });
});

it.each<StoredEvent>([
  { ...ids, type: "audit.queued", data: { auditId: "aud_1" } },
  { ...ids, type: "audit.deleted", data: { auditId: "aud_1" } },
  { ...ids, type: "confirmation.ended", data: { auditId: "aud_1" } },
  { ...ids, type: "webhook.changed", data: { webhookId: "whk_1" } },
  { ...ids, type: "broadcast.created", data: { broadcastId: "brd_1" } },
  { ...ids, type: "workspace.resharded", data: { liveShards: 2 } },
  { ...ids, type: "workspace.suspended", data: {} },
])("$type is not for other systems", (event) => {
  expect(subjectOfStored(event)).toBeNull();
});

it("the example of audit.regressed is as its rules say", () => {
  const known = new Map(listRules("en").map((rule) => [rule.id, rule]));
  for (const { ruleId, title, severity } of catalogue["audit.regressed"].example.rules) expect(known.get(ruleId)).toMatchObject({ title, severity });
});

describe("what an endpoint asks for", () => {
  it.each<{ given: readonly string[]; types: readonly PublicEventType[] }>([
    { given: [], types: [] },
    { given: ["audit.completed"], types: ["audit.completed"] },
    { given: ["analysis_complete"], types: ["audit.completed"] },
    { given: ["error"], types: ["audit.failed", "job.failed", "webhook.disabled"] },
    { given: ["warning"], types: ["audit.regressed", "finding.opened", "limit.reached", "webhook.failing"] },
    { given: ["error", "audit.failed", "user.invited"], types: ["audit.failed", "job.failed", "webhook.disabled", "user.invited"] },
    { given: ["*"], types: publicEventTypes },
    { given: ["*", "warning"], types: publicEventTypes },
    { given: ["audit.queued", "toString", "audit.*"], types: [] },
  ])("$given is $types", ({ given, types }) => {
    expect([...expandTypes(given)].sort()).toEqual([...types].sort());
  });

  it("is not called like a type when it is an alias", () => {
    for (const alias of Object.keys(aliases)) expect(publicEventTypes).not.toContain(alias);
  });
});
