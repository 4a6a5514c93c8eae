// What the API reference shows of the inbox; the tests check each against its schema.

export const notificationExample = {
  id: "ntf_01k9z8q5v0c3r7t2m4n6p8s1w5",
  type: "audit.completed",
  createdAt: 1_793_000_000_000,
  readAt: null,
  data: { auditId: "aud_01k9z8q5v0c3r7t2m4n6p8s1w5", url: "https://www.example.com/", score: 87 },
  title: "Audit completed",
  text: "The audit of https://www.example.com/ is done. Its score is 87 of 100.",
};

export const preferencesExample = {
  items: [
    { type: "audit.completed", inApp: true, email: false },
    { type: "audit.failed", inApp: true, email: true },
    { type: "audit.regressed", inApp: true, email: true },
    { type: "member.joined", inApp: true, email: false },
    { type: "member.role-changed", inApp: true, email: true },
    { type: "webhook.failing", inApp: true, email: true },
    { type: "webhook.disabled", inApp: true, email: true },
  ],
};
