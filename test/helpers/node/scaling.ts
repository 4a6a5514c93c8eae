/** What the code says; the test passes it in. */
export interface Constants {
  readonly heartbeatSeconds: number;
  readonly acknowledgeEvery: number;
  readonly reportEverySeconds: number;
  readonly rightsCheckSeconds: number;
  readonly maxShards: number;
  /** Objects that add up, beside the root, for so many objects of connections. */
  readonly leavesFor: (shards: number) => number;
}

/** What is taken for granted; `docs/scaling.md` lists it. */
export const assumptions = {
  hoursADay: 8,
  daysAMonth: 22,
  /** Connections of one person. */
  connectionsPerPerson: 2,
  /** How often each connection is opened in a day: in the morning, and after a closed lid, a lost network, a deployment. */
  opensADay: 4,
  /** Topics followed over each. */
  topics: 2,
  /** Changes a day of whether somebody is doing something at a connection. */
  activityChangesADay: 20,
  /** What is told a day in a workspace for each hundred of its connections, and at most. */
  eventsPerHundred: 5,
  mostEventsADay: 1_000,
  /** Connections for each object, when operators add objects in time. */
  perObject: 10_000,
  /** What wakes an object keeps it awake so long, in seconds. */
  awakeSeconds: 0.05,
  /** Processor time of a request for a ticket, or of opening a connection, in ms. */
  cpuMs: 5,
  /** Measured by `npm run bench -- presence-faults`, for a ticket and the connection that it opens. */
  d1RowsReadPerOpen: 15,
  /** For each person who is looked for: session, account, membership. */
  d1RowsReadPerCheck: 3,
} as const;

/** What Cloudflare asks on the plan Workers Paid, in dollars a month: so much is included, and so much is asked for each million more. */
export const prices = {
  workerRequests: { included: 10e6, perMillion: 0.3 },
  workerCpuMs: { included: 30e6, perMillion: 0.02 },
  objectRequests: { included: 1e6, perMillion: 0.15 },
  objectGbSeconds: { included: 400_000, perMillion: 12.5 },
  objectRowsRead: { included: 25e9, perMillion: 0.001 },
  objectRowsWritten: { included: 50e6, perMillion: 1 },
  d1RowsRead: { included: 25e9, perMillion: 0.001 },
  d1RowsWritten: { included: 50e6, perMillion: 1 },
} as const;
export const planDollars = 5;
/** Incoming messages that are billed as one request. */
const messagesPerRequest = 20;
/** Memory for which an object is billed while it is awake, in GB. */
const objectGb = 0.128;

export type Billed = keyof typeof prices;
export const billed: readonly Billed[] = [
  "workerRequests",
  "workerCpuMs",
  "objectRequests",
  "objectGbSeconds",
  "objectRowsRead",
  "objectRowsWritten",
  "d1RowsRead",
  "d1RowsWritten",
];

export interface Installation {
  readonly connections: number;
  readonly workspaces: number;
}

export interface Scale {
  readonly shards: number;
  readonly adders: number;
  /** Of clients, a second, on average. */
  readonly pingsASecond: number;
  /** To clients, a second, when something is told in every workspace at the same moment. */
  readonly messagesOfOneEvent: number;
  /** If everybody comes back within one minute after an outage. */
  readonly returnsASecond: number;
  readonly usage: Readonly<Record<Billed, number>>;
  /** Of `objectGbSeconds`, if objects of connections never slept in working hours. */
  readonly mostGbSeconds: number;
}

/** What an installation uses in a month. */
export function scaleOf({ connections, workspaces }: Installation, constants: Constants): Scale {
  const of = assumptions;
  const seconds = of.hoursADay * 3_600;
  const inOne = connections / workspaces;
  const shardsOfOne = Math.min(constants.maxShards, Math.max(1, Math.ceil(inOne / of.perObject)));
  const shards = shardsOfOne * workspaces;
  const leaves = constants.leavesFor(shards);

  const opens = connections * of.opensADay;
  const departures = opens / of.connectionsPerPerson;
  // Of each object: something changed every ten seconds as long as there are enough people to come, go, or begin and stop doing something.
  const changes = (inOne / shardsOfOne) * (2 * of.opensADay + of.activityChangesADay);
  const reportsOfOne = Math.min(seconds / constants.reportEverySeconds, changes);
  const reports = reportsOfOne * shards;
  const leafReports = leaves === 0 ? 0 : leaves * (seconds / constants.reportEverySeconds);
  const presenceEvents = Math.min(seconds / constants.reportEverySeconds, reportsOfOne * shardsOfOne);
  const loggedEvents = Math.min(of.mostEventsADay, (inOne / 100) * of.eventsPerHundred);
  const events = presenceEvents + loggedEvents;

  const pings = connections * (seconds / constants.heartbeatSeconds);
  const acknowledgements = (connections * events) / constants.acknowledgeEvery;
  const woken = opens * of.topics + connections * of.activityChangesADay + acknowledgements;

  // A publication is one call of the first object, and one of each other.
  const publications = workspaces * (presenceEvents * (shardsOfOne - 1) + loggedEvents * shardsOfOne);
  // A report is an alarm, the call of who adds up, and, from another object than the first, one of the first.
  const reporting = reports * 2 + reports * ((shardsOfOne - 1) / shardsOfOne) + leafReports * 2;
  // A ticket is counted by its caller's limiter; the connection is a call of its object.
  const calls = opens * 2 + publications + reporting;
  const checks = (seconds / constants.rightsCheckSeconds) * (connections / of.connectionsPerPerson);

  const rows =
    // The ticket is noted and forgotten, and counted by the limiter.
    opens * 3 +
    // Somebody is about to be offline, or comes back.
    departures * 2 +
    // The object notes what it reported and sets its alarm; who adds up notes it, and the minute.
    reports * 4 +
    leafReports * 3 +
    // Every object notes who is online in the workspace.
    presenceEvents * shards +
    // Message and key are noted and forgotten in every object.
    loggedEvents * shards * 4;

  const month = (perDay: number): number => perDay * of.daysAMonth;
  return {
    shards,
    adders: leaves + 1,
    pingsASecond: connections / constants.heartbeatSeconds,
    messagesOfOneEvent: connections,
    returnsASecond: connections / 60,
    mostGbSeconds: month(shards * seconds * objectGb),
    usage: {
      workerRequests: month(opens * 2),
      workerCpuMs: month(opens * 2 * of.cpuMs),
      objectRequests: month(calls + (pings + woken) / messagesPerRequest),
      objectGbSeconds: Math.min(month(shards * seconds * objectGb), month((calls + woken) * of.awakeSeconds * objectGb)),
      objectRowsRead: month(rows),
      objectRowsWritten: month(rows),
      d1RowsRead: month(opens * of.d1RowsReadPerOpen + checks * of.d1RowsReadPerCheck),
      d1RowsWritten: 0,
    },
  };
}

export const dollarsOf = (what: Billed, amount: number): number => (Math.max(0, amount - prices[what].included) / 1e6) * prices[what].perMillion;
