/** Names of the limits on how much a caller may do in a time; `shared/limits/policies.ts` says what each of them is. */
export const limitNames = [
  "admin",
  "audits",
  "chat",
  "connections",
  "credentials",
  "diffs",
  "executions",
  "exports",
  "generations",
  "health",
  "keys",
  "keysPerDay",
  "lists",
  "public",
  "reads",
  "refreshes",
  "replays",
  "reports",
  "signIn",
  "signOuts",
  "tickets",
  "unauthenticated",
  "verifications",
  "webhookTests",
  "writes",
] as const;
export type LimitName = (typeof limitNames)[number];

/** The most that any limit may allow in its window, whoever sets it: each unit that is taken is remembered until its time is over. */
export const maxLimit = 10_000;
