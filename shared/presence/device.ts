/** What somebody sits at, as far as their browser tells. */
export const devices = ["desktop", "tablet", "mobile", "other"] as const;
export type Device = (typeof devices)[number];

/** The same for each of them. */
export const perDevice = <T>(each: T): Record<Device, T> => ({ desktop: each, tablet: each, mobile: each, other: each });
