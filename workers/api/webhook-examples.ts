// What the API reference shows of webhooks; the tests check each against its schema.

export const createWebhookExample = {
  name: "Build server",
  url: "https://ci.example.com/hooks/mentha",
  events: ["audit.completed", "finding.opened"],
  headers: { Authorization: "Bearer …" },
  filter: "data.scores.overall < 80",
  throttle: { limit: 60, perSeconds: 60 },
};

export const webhookExample = {
  id: "whk_01k9z8q5v0c3r7t2m4n6p8s1w5",
  name: "Build server",
  kind: "http",
  url: "https://ci.example.com/hooks/mentha",
  headerNames: ["Authorization"],
  options: {},
  events: ["audit.completed", "finding.opened"],
  filter: "data.scores.overall < 80",
  template: null,
  ordering: "none",
  throttle: { limit: 60, perSeconds: 60 },
  concurrency: 4,
  projectId: null,
  disabledAt: null,
  disabledFor: null,
  createdBy: "usr_01k9z8q5v0c3r7t2m4n6p8s1w5",
  createdAt: 1_793_000_000_000,
  version: 1,
};

export const createdWebhookExample = { ...webhookExample, secret: "whsec_…" };

export const webhookDetailsExample = {
  ...webhookExample,
  health: { breaker: "closed", opensAt: null, failingSince: null, waiting: 0, inFlight: 1 },
};

export const webhookTestExample = {
  type: "audit.completed",
  filter: true,
  outcome: "failed",
  startedAt: 1_793_000_000_000,
  ms: 41,
  status: 500,
  responseHeaders: { "content-type": "text/plain" },
  responseBody: "Something went wrong",
  failure: "status",
  message: "ci.example.com answered with status 500.",
  sent: [
    {
      method: "POST",
      url: "https://ci.example.com/hooks/mentha",
      headers: { authorization: "[secret]", "content-type": "application/json", "webhook-id": "dlv_01k9z8q5v0c3r7t2m4n6p8s1w5" },
      body: '{"id":"evt_01k9z8q5v0c3r7t2m4n6p8s1w5","type":"audit.completed","version":1,…}',
    },
  ],
};
