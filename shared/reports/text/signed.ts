/** Points that a score rose or fell, as a column of a table has them: with a sign, and a dash where scores do not compare. */
export const signed = (change: number | null): string => (change === null ? "–" : change > 0 ? `+${change}` : change < 0 ? `−${-change}` : "0");
