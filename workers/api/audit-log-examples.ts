// What the API reference shows of the audit log; the tests check each against its schema.

const logEntryExample = {
  id: "log_01k9z8q5v0c3r7t2m4n6p8s1w5",
  at: 1_793_000_000_000,
  action: "project.update",
  actor: {
    kind: "session",
    id: "ses_01k9z8q5v0c3r7t2m4n6p8s1w5",
    key: null,
    user: { id: "usr_01k9z8q5v0c3r7t2m4n6p8s1w5", name: "Grace Hopper", email: "grace@example.com" },
  },
  target: { kind: "project", id: "prj_01k9z8q5v0c3r7t2m4n6p8s1w5" },
  requestId: "req_01k9z8q5v0c3r7t2m4n6p8s1w5",
  client: { ip: "203.0.113.7", userAgent: "mentha/0.1" },
  before: { name: "Example Shop" },
  after: { name: "Example Shop 2" },
  isErased: false,
};

export const logListExample = { items: [logEntryExample] };

export const logVerificationExample = {
  holds: false,
  sealed: 1_288,
  erased: 12,
  unsealed: 0,
  sealedAt: 1_793_000_040_000,
  problems: [
    {
      kind: "entry-changed",
      entryId: "log_01k9z8q5v0c3r7t2m4n6p8s1w5",
      sealHash: "5f3c9a1e7b2d4860a9c1e3f507b6d2845f3c9a1e7b2d4860a9c1e3f507b6d284",
      at: 1_793_000_000_000,
    },
  ],
};
