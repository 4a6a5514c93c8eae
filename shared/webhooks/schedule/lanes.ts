import { minuteMs, mostConnections, secondMs } from "../../platform/index.ts";
import type { EndpointState } from "./endpoint-state.ts";

/** The queue of those who answer, or the one of those who may not. */
export type Lane = "fast" | "slow";

const slowMs = 2 * secondMs;
/** For everything that one attempt asks, until the last byte that is read. */
export const attemptTimeoutMs = 15 * secondMs;
/** Time to come, to take the lease and to tell what came of it. */
const graceMs = 15 * secondMs;
const longestInQueueMs = 15 * minuteMs;

/** Who answers late, or never did, must not stand before those who answer. */
export const laneOf = ({ answeredInMs }: Pick<EndpointState, "answeredInMs">): Lane => (answeredInMs === null || answeredInMs > slowMs ? "slow" : "fast");

/** Deliveries of one message, at most: what a consumer makes side by side, or four times that where they are soon over. */
export const mostInMessage: Readonly<Record<Lane, number>> = { fast: 4 * mostConnections, slow: mostConnections };

/** How long whoever took so many attempts has for them. */
export const takenMs = (attempts: number): number => attemptTimeoutMs * Math.ceil(attempts / mostConnections) + graceMs;

/** How long a lease waits for somebody to take it: longer each time that nobody did, so that a queue that lags behind cannot make all of them end. */
export const untakenMs = (untaken: number): number => Math.min(longestInQueueMs, (attemptTimeoutMs + graceMs) * 2 ** Math.min(untaken, 10));
