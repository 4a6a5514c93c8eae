import { printable } from "../shared/platform/index.ts";

/** Text of several lines, in which what a site, a server or a file put into them can do nothing to a terminal but be shown. */
export const printableLines = (text: string): string => text.replace(/\r(?!\n)|[^\r\n]+/g, (part) => printable(part));
