// What the API reference shows of history and of mutes; the tests check each against its schema.

const at = 1_793_000_000_000;
const weekMs = 7 * 86_400_000;

const auditId = "aud_01k9z8q5v0c3r7t2m4n6p8s1w5";
const baseId = "aud_01k9z8q5v0c3r7t2m4n6p8s1w4";

export const diffExample = {
  auditId,
  finishedAt: at + weekMs,
  baseId,
  baseFinishedAt: at,
  scores: {
    overall: { now: 91, before: 84, change: 7 },
    byCategory: [{ category: "content", now: 88, before: 79, change: 9 }],
  },
  pages: { now: 210, before: 205, both: 201, share: 94 },
  counts: { new: 3, open: 41, fixed: 12, notRechecked: 2, muted: 1 },
  rules: [
    { ruleId: "title-missing", new: 3, open: 1, fixed: 2, notRechecked: 0, muted: 0 },
    { ruleId: "description-missing", new: 0, open: 40, fixed: 10, notRechecked: 2, muted: 1 },
  ],
};

export const diffFindingExample = {
  id: "fnd_01k9z8q5v0c3r7t2m4n6p8s1w5",
  auditId: baseId,
  ruleId: "title-missing",
  ruleVersion: 1,
  category: "content",
  severity: "error",
  state: "fixed",
  pageUrl: "https://www.example.com/cart",
  message: "The page has no title, or an empty one.",
  evidence: ["https://www.example.com/cart"],
  evidenceTotal: 1,
};

export const trendsExample = {
  projectId: "prj_01k9z8q5v0c3r7t2m4n6p8s1w5",
  sites: [
    {
      siteId: "sit_01k9z8q5v0c3r7t2m4n6p8s1w5",
      origin: "https://www.example.com",
      audits: [
        { auditId: baseId, url: "https://www.example.com/", at, scores: { overall: 84, content: 79 }, counts: { error: 9, warning: 40, info: 6 } },
        { auditId, url: "https://www.example.com/", at: at + weekMs, scores: { overall: 91, content: 88 }, counts: { error: 4, warning: 35, info: 6 } },
      ],
      auditsLeftOut: 0,
    },
  ],
};

export const createMuteExample = {
  auditId,
  findingId: diffFindingExample.id,
  reason: "The cart has no title until the shop is rebuilt in spring.",
  until: at + 26 * weekMs,
};

export const muteExample = {
  id: "mut_01k9z8q5v0c3r7t2m4n6p8s1w5",
  site: "https://www.example.com",
  ruleId: "title-missing",
  scope: "finding",
  pageUrl: diffFindingExample.pageUrl,
  reason: createMuteExample.reason,
  until: createMuteExample.until,
  isOver: false,
  createdBy: "usr_01k9z8q5v0c3r7t2m4n6p8s1w5",
  createdAt: at + weekMs,
};
