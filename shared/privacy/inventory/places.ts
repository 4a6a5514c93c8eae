import { deletes, erases, type Holding, keeps } from "./holding.ts";

// What is kept elsewhere than in tables. A test compares this with wrangler.toml, and with the files that write to the bucket.

const outlives = keeps(
  "a copy is changed by nobody, and is deleted when there are as many newer ones as are kept: after 14 nights, unless operators say otherwise",
);

/** Objects of the bucket, by how their names begin. */
export const prefixes: Readonly<Record<string, Holding & { readonly writtenBy: string }>> = {
  "dev-mail/": {
    holds: "the last 200 e-mails of a development installation",
    writtenBy: "shared/mail/transports/mailbox.ts",
    withPerson: erases("those to their address, and those in which it stands"),
    withWorkspace: erases("those that invite to it, and those that name its id"),
    personGets: null,
    workspaceGets: null,
  },
  "dead-letters/": {
    holds: "messages that could not be processed while the database was down, until it is up again",
    writtenBy: "shared/dead-letters/park.ts",
    withPerson: erases("those that name their id or address"),
    withWorkspace: erases("those that name its id"),
    personGets: null,
    workspaceGets: null,
  },
  "dead-letters-unreadable/": {
    holds: "such messages that cannot be read",
    writtenBy: "shared/dead-letters/park.ts",
    withPerson: erases("those that name their id or address"),
    withWorkspace: erases("those that name its id"),
    personGets: null,
    workspaceGets: null,
  },
  "<workspaceId>/reports/": {
    holds: "reports for stakeholders as PDF, one in each language, with the names of projects",
    writtenBy: "shared/reports/files.ts",
    withPerson: null,
    withWorkspace: deletes,
    personGets: null,
    workspaceGets: null,
  },
  "backups/": {
    holds: "copies of the database, without sessions, links of e-mails and counts of tries",
    writtenBy: "shared/backups/backup-files.ts",
    withPerson: outlives,
    withWorkspace: outlives,
    personGets: null,
    workspaceGets: null,
  },
  "<workspaceId>/audit-log/": {
    holds: "the end of the chain of seals over the log",
    writtenBy: "shared/audit-log/chain-head.ts",
    withPerson: null,
    withWorkspace: deletes,
    personGets: null,
    workspaceGets: null,
  },
};

/** Durable Objects, by class. */
export const objects: Readonly<Record<string, Holding & { readonly namedBy: string }>> = {
  AuditCrawl: {
    holds: "the frontier and the facts of one crawl, until seven days after its end",
    namedBy: "the audit's id",
    withPerson: null,
    withWorkspace: deletes,
    personGets: null,
    workspaceGets: null,
  },
  RateLimiter: {
    holds: "what a key, a person or a network used lately of its limits, until that is over",
    namedBy: "`key:` and the key's id, `user:` and the person's id, or `ip:` and the address",
    withPerson: erases("their own and those of the keys that they made; that of a network is nobody's alone, and is forgotten when its windows are over"),
    withWorkspace: erases("those of its keys; those of its members are theirs, and know its id until the day is over"),
    personGets: null,
    workspaceGets: null,
  },
  OnlineUsers: {
    holds:
      "who is connected, at what kind of device and what they follow, while they are; what they and the workspace were told of the last day; tickets that were used, and whose connections were closed, in the last minutes; broadcasts that hold",
    namedBy: "the workspace's id and a number",
    withPerson: erases("their connections and what they were told; their id in what their workspaces were told is gone within a day"),
    withWorkspace: deletes,
    personGets: null,
    workspaceGets: null,
  },
  OnlineTotals: {
    holds: "how many people each workspace has online, by its id, until eleven minutes after it was last said; sums of all by the minute, for a day",
    namedBy: "`root`, or `leaf:` and a number",
    withPerson: null,
    withWorkspace: erases("what it says of the workspace"),
    personGets: null,
    workspaceGets: null,
  },
  WebhookEndpoint: {
    holds:
      "which deliveries of an endpoint are due when, by id, and what it answered until that is in the database; of those that are over the ids, for an hour",
    namedBy: "the endpoint's id",
    withPerson: null,
    withWorkspace: deletes,
    personGets: null,
    workspaceGets: null,
  },
  Metrics: {
    holds: "how many requests of each route and messages of each queue there were and how long they took, of everybody together",
    namedBy: "`metrics`",
    withPerson: null,
    withWorkspace: null,
    personGets: null,
    workspaceGets: null,
  },
};

const passes = keeps("it is on its way, and nothing can take it back: whoever receives it finds nothing to do; four days at most");

/** Queues, by the product's name for them. */
export const queues: Readonly<Record<string, Holding>> = {
  events: { holds: "ids of events and workspaces", withPerson: null, withWorkspace: passes, personGets: null, workspaceGets: null },
  analysis: {
    holds: "addresses of pages to fetch, with sealed request headers",
    withPerson: null,
    withWorkspace: passes,
    personGets: null,
    workspaceGets: null,
  },
  work: { holds: "ids of jobs and workspaces", withPerson: null, withWorkspace: passes, personGets: null, workspaceGets: null },
  webhooks: { holds: "ids of deliveries, endpoints and workspaces", withPerson: null, withWorkspace: passes, personGets: null, workspaceGets: null },
  "webhooks-slow": { holds: "the same, of endpoints that answer slowly", withPerson: null, withWorkspace: passes, personGets: null, workspaceGets: null },
};
