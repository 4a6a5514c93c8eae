/** Why the rows of a table are in no backup; null for those that are. */
type WhyNot = string | null;

/**
 * Every table, in the order in which a backup reads them: what leads to something is read before what it leads to. A row that is copied was made after
 * what it needs, which is read later and so is there, unless somebody deletes it in between. Jobs come last: a deletion that is accepted while the
 * backup is made is among them, and is done again after a restore. What is left out would open something again that was closed since, or is worth
 * nothing a day later.
 */
export const tablePolicies: Readonly<Record<string, WhyNot>> = {
  attempts: "counts of tries, which are over within a day",
  idempotency: "claims on requests that are sent again, for a day: a claim without its request would hold that up",
  one_time_tokens: "links of e-mails: one that was used since would work once more",
  refresh_tokens: "sessions that were ended since would go on",
  sessions: "sessions that were ended since would go on",
  webhook_attempts: null,
  webhook_tickets: null,
  webhook_deliveries: null,
  findings: null,
  audit_pages: null,
  mutes: null,
  reports: null,
  schedule_runs: null,
  audits: null,
  notifications: null,
  notification_preferences: null,
  usage: null,
  audit_seals: null,
  audit_log: null,
  parked_messages: null,
  api_keys: null,
  invitations: null,
  sites: null,
  webhooks: null,
  schedules: null,
  projects: null,
  broadcasts: null,
  members: null,
  users: null,
  workspaces: null,
  events: null,
  jobs: null,
};

const order = Object.keys(tablePolicies);

/** The tables whose rows are copied, in that order. One that nobody has decided about yet is copied, before the others. */
export function copiedTables(names: readonly string[]): string[] {
  return names.filter((name) => (tablePolicies[name] ?? null) === null).toSorted((a, b) => order.indexOf(a) - order.indexOf(b));
}
