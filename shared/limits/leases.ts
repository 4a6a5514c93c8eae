import type { LeaseRequest } from "./limiter.ts";

/** Something that a caller has open. */
export interface Lease {
  readonly id: string;
  readonly name: string;
  /** When it ends by itself, ms since 1970. */
  readonly until: number;
}

/** The leases that have not ended by themselves. */
export const aliveOf = (leases: readonly Lease[], now: number): Lease[] => leases.filter(({ until }) => until > now);

/** Milliseconds until one more may be opened: 0 when it may be now, and a whole lease when none may ever be. */
export function waitForLease(leases: readonly Lease[], { name, limit, leaseMs }: LeaseRequest, now: number): number {
  const open = aliveOf(leases, now).filter((lease) => lease.name === name);
  if (open.length < limit) return 0;
  // A limit that was lowered has more than one to wait for; one of nothing waits for an end that never comes.
  const ends = open.map(({ until }) => until).toSorted((a, b) => a - b);
  return (ends[open.length - limit] ?? now + leaseMs) - now;
}
