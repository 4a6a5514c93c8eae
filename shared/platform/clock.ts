/** Milliseconds since 1970, UTC. Time is an input: nothing in the product reads the clock but through one of these. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();

export const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** The day of a time, in UTC, such as `2026-11-22`. */
export const dayAt = (time: number): string => new Date(time).toISOString().slice(0, "2026-11-22".length);
