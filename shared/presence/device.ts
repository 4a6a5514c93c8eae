/** What somebody sits at, as far as their browser tells. */
export const devices = ["desktop", "tablet", "mobile", "other"] as const;
export type Device = (typeof devices)[number];
