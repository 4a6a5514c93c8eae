/** The languages that texts for people exist in; the first is the one of those who ask for none of them. */
export const languages = ["en", "es"] as const;
export type Language = (typeof languages)[number];
