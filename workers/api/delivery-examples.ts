// What the API reference shows of deliveries; the tests check each against its schema.

export const deliveryExample = {
  id: "dlv_01k9z8q5v0c3r7t2m4n6p8s1w5",
  webhookId: "whk_01k9z8q5v0c3r7t2m4n6p8s1w5",
  eventId: "evt_01k9z8q5v0c3r7t2m4n6p8s1w5",
  type: "audit.completed",
  subject: "audit:aud_01k9z8q5v0c3r7t2m4n6p8s1w5",
  state: "failed",
  round: 0,
  attempts: 3,
  nextAttemptAt: null,
  failure: "status",
  createdAt: 1_793_000_000_000,
  finishedAt: 1_793_000_310_000,
};

export const deliveryDetailsExample = {
  ...deliveryExample,
  payload: {
    id: "evt_01k9z8q5v0c3r7t2m4n6p8s1w5",
    type: "audit.completed",
    version: 1,
    timestamp: "2026-10-26T07:33:20.000Z",
    workspaceId: "wsp_01k9z8q5v0c3r7t2m4n6p8s1w5",
    data: { auditId: "aud_01k9z8q5v0c3r7t2m4n6p8s1w5" },
  },
  attemptLog: [
    {
      attempt: 3,
      startedAt: 1_793_000_309_900,
      ms: 100,
      outcome: "failed",
      status: 404,
      failure: "status",
      message: "ci.example.com answered with status 404.",
      responseHeaders: { "content-type": "text/plain" },
      responseBody: "Not found",
    },
  ],
};
