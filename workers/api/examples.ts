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
