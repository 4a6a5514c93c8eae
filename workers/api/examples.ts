// What the API reference shows; the tests check each against its schema.

export const createAuditExample = { url: "https://www.example.com/", maxPages: 200, exclude: ["/archive/**"] };

export const auditExample = {
  id: "aud_01k9z8q5v0c3r7t2m4n6p8s1w5",
  url: "https://www.example.com/",
  status: "queued",
  progress: { discovered: 0, fetched: 0, failed: 0 },
  scores: null,
  counts: { error: 0, warning: 0, info: 0 },
  createdAt: 1_793_000_000_000,
  startedAt: null,
  finishedAt: null,
};

/** One that has ended, and found the site worse than the audit before. */
export const regressedAuditExample = {
  ...auditExample,
  status: "completed",
  progress: { discovered: 64, fetched: 61, failed: 3 },
  scores: { overall: 87, indexability: 84, content: 74, links: 88 },
  counts: { error: 4, warning: 23, info: 11 },
  startedAt: 1_793_000_001_200,
  finishedAt: 1_793_000_044_800,
  regression: {
    baseId: "aud_01k9z8q5v0c3r7t2m4n6p8s1w4",
    baseFinishedAt: 1_792_395_244_800,
    rules: [{ ruleId: "http-5xx", pages: 3, pagesBefore: 0, examples: ["https://www.example.com/cart"] }],
    score: { before: 91, now: 87 },
    confirmedAt: 1_793_000_049_100,
  },
};

export const memberExample = {
  userId: "usr_01k9z8q5v0c3r7t2m4n6p8s1w5",
  name: "Grace Hopper",
  email: "grace@example.com",
  role: "qa",
  joinedAt: 1_793_000_000_000,
};

export const invitationExample = {
  id: "inv_01k9z8q5v0c3r7t2m4n6p8s1w5",
  email: "grace@example.com",
  role: "qa",
  status: "open",
  invitedBy: "usr_01k9z8q5v0c3r7t2m4n6p8s1w4",
  createdAt: 1_793_000_000_000,
  expiresAt: 1_793_604_800_000,
};

export const workspaceExample = {
  id: "wsp_01k9z8q5v0c3r7t2m4n6p8s1w5",
  name: "Example Shop",
  language: "en",
  timeZone: "Europe/Madrid",
  auditRetentionDays: null,
  pageRetentionDays: 90,
  deliveryRetentionDays: 30,
  reportRetentionDays: null,
  version: 1,
  createdAt: 1_793_000_000_000,
};

const describedKey = {
  prefix: "mk_live_7Ht4Qz0B",
  name: "Nightly audits",
  scopes: ["audits:read", "audits:write"],
  expiresAt: null,
  allowedIps: ["203.0.113.7/32"],
  limits: { lists: 30 },
  version: 1,
  createdAt: 1_793_000_000_000,
};

export const generatedKeyExample = { key: "mk_live_7Ht4Qz0B…", ...describedKey };

export const keyExample = {
  ...describedKey,
  lastUsedAt: 1_793_100_000_000,
  createdBy: { id: "usr_01k9z8q5v0c3r7t2m4n6p8s1w5", name: "Grace Hopper", email: "grace@example.com" },
  status: "active",
  rotatedTo: null,
};

export const siteExample = {
  id: "sit_01k9z8q5v0c3r7t2m4n6p8s1w5",
  origin: "https://www.example.com",
  verificationToken: "5f3c9a1e7b2d4860a9c1e3f507b6d284",
  verifiedAt: null,
  verifiedBy: null,
  createdAt: 1_793_000_000_000,
};

export const projectExample = { id: "prj_01k9z8q5v0c3r7t2m4n6p8s1w5", name: "Example Shop", version: 1, createdAt: 1_793_000_000_000, sites: [siteExample] };

export const siteVerificationExample = {
  site: siteExample,
  attempts: [
    {
      method: "file",
      isProof: false,
      lookedFor: "A line that says 5f3c9a1e7b2d4860a9c1e3f507b6d284 in https://www.example.com/.well-known/mentha-verification.txt",
      found: "https://www.example.com/.well-known/mentha-verification.txt answers with status 404.",
      todo: "Put a text file with the line 5f3c9a1e7b2d4860a9c1e3f507b6d284 at https://www.example.com/.well-known/mentha-verification.txt; the site itself must answer with it, with status 200.",
    },
  ],
};
