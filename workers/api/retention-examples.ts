const at = 1_793_000_000_000;

export const retentionTableExample = {
  items: [
    {
      kind: "notifications",
      what: "What members were told, read or not",
      days: 90,
      setting: null,
      from: "they were told",
    },
    {
      kind: "audits",
      what: "Audits with everything that they found",
      days: null,
      setting: "auditRetentionDays",
      from: "their end",
    },
  ],
};

export const startedPreviewExample = {
  id: "job_01k9z8q5v0c3r7t2m4n6p8s1w5",
  dryRun: true,
  state: "queued",
  at: null,
  counts: [],
  createdAt: at,
  updatedAt: at,
};

export const retentionRunExample = {
  ...startedPreviewExample,
  state: "succeeded",
  at: at + 120,
  counts: [
    { kind: "notifications", count: 412 },
    { kind: "audits", count: 0 },
  ],
  updatedAt: at + 2_400,
};
