import { dayMs, hourMs, type LimitName, limitNames, minuteMs } from "../platform/index.ts";

/** How much a caller may do: `limit` units in any window of `windowMs`, wherever the window begins. */
export interface LimitPolicy {
  readonly limit: number;
  readonly windowMs: number;
  /**
   * Whose requests are counted together: those from an IP address (for IPv6 a /64), which is looked at before anything else, or those of a caller:
   * of an API key, or of a person who signed in; or those of a person and of all keys that they made.
   */
  readonly per: "ip" | "caller" | "person";
  /** What happens while nothing can be counted: `local` goes on with what this isolate remembers, `refuse` answers 503. */
  readonly withoutLimiter: "local" | "refuse";
  /** What reads, and costs little, may run while the limiter is asked; its answer is thrown away when that refuses. */
  readonly beside?: true;
  /** Counted by each isolate for itself, so that nothing is asked. */
  readonly isolateOnly?: true;
}

const minute = { windowMs: minuteMs, per: "caller", withoutLimiter: "local" } as const;
const guarded = { ...minute, withoutLimiter: "refuse" } as const;

/**
 * The one table of limits; every route names its policy. An API key may have other numbers, and so may an installation (`LIMITS`).
 * `chat`, `executions` and `generations` are asked by no route yet: the names are a promise to what comes, so that keys and installations may have
 * numbers for it from the start.
 */
export const limitPolicies: Readonly<Record<LimitName, LimitPolicy>> = {
  admin: { ...minute, limit: 100 },
  audits: { ...minute, limit: 30 },
  chat: { ...minute, limit: 30 },
  /** Sockets that are opened: whoever opens one shows a ticket, and those were counted. An office of many people has one address, and all of them come back at once. */
  connections: { ...minute, per: "ip", limit: 6_000, isolateOnly: true },
  /** Password, address and account of one's own, accepting an invitation with an account, and deleting a workspace. */
  credentials: { ...guarded, limit: 10 },
  /** Reads all findings of two audits. */
  diffs: { ...minute, limit: 10 },
  executions: { ...minute, per: "ip", limit: 100 },
  exports: { ...minute, limit: 10, windowMs: hourMs },
  generations: { ...guarded, limit: 10, windowMs: hourMs },
  /** Whether Mentha is alive must not depend on anything. */
  health: { ...minute, per: "ip", limit: 100, isolateOnly: true },
  /** By person: each new key has limits of its own, and must not have new ones for making keys. */
  keys: { ...guarded, per: "person", limit: 10 },
  /** Beside `keys`, for keys that are made: each has limits of its own, and they must not multiply without end. */
  keysPerDay: { ...guarded, per: "person", limit: 100, windowMs: dayMs },
  lists: { ...minute, limit: 60, beside: true },
  public: { ...minute, per: "ip", limit: 100 },
  reads: { ...minute, limit: 120, beside: true },
  /** New access tokens: an office of many people has one address. */
  refreshes: { ...guarded, per: "ip", limit: 60 },
  /** By person: each is up to 10,000 requests to somebody, whose answers are kept. */
  replays: { ...guarded, per: "person", limit: 20, windowMs: hourMs },
  reports: { ...minute, limit: 30 },
  signIn: { ...guarded, per: "ip", limit: 10 },
  /** Whoever wants to leave must not be held back for long, nor by a limiter that does not answer. */
  signOuts: { ...minute, limit: 60 },
  /** Tickets for sockets, of which a lost connection needs a new one. */
  tickets: { ...minute, limit: 60 },
  /** Keys and tokens that were refused; who is over it is not even looked up, unless they are known. */
  unauthenticated: { ...minute, per: "ip", limit: 60 },
  verifications: { ...minute, limit: 10 },
  /** Samples that are sent to an endpoint while the caller waits. */
  webhookTests: { ...minute, limit: 10 },
  writes: { ...minute, limit: 60 },
};

/** The limits that an API key may have numbers of its own for: those of an address are counted before anybody is known. */
export const callerLimitNames = limitNames.filter((name) => limitPolicies[name].per !== "ip");

/** How many of something a caller may have open at once; each ends by itself after `leaseMs`, also when nobody says that it ended. */
export interface ConcurrencyPolicy {
  readonly limit: number;
  readonly leaseMs: number;
}

export const concurrencyPolicies = {
  /** Streams of events: each holds a connection and asks the database every second. */
  streams: { limit: 10, leaseMs: 6 * minuteMs },
} as const satisfies Record<string, ConcurrencyPolicy>;

export type ConcurrencyName = keyof typeof concurrencyPolicies;
