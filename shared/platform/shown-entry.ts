import { printable } from "./printable.ts";

/** Enough to find an entry by, should somebody have put something long there. */
const maxShown = 60;

/** An entry of a variable with commas in it, for the sentence that says what is wrong with it. */
export const shownEntry = (entry: string): string => printable(entry.length > maxShown ? `${entry.slice(0, maxShown)}…` : entry);
