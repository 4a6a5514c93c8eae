/** A line of robots.txt that some crawlers ignore or read differently than it was meant. */
export interface RobotsProblem {
  /** 1-based. */
  readonly line: number;
  /** The line as written, without surrounding white space, at most 200 characters. */
  readonly text: string;
  readonly kind: RobotsProblemKind;
}

export type RobotsProblemKind =
  /** Neither a directive nor a comment. */
  | "not-understood"
  | "unknown-directive"
  /** A directive that nobody knows for a space or mark in its name that nobody sees, such as a byte order mark between two joined files. */
  | "invisible-character"
  /** White space where the colon belongs, as in `Disallow /x`; Google accepts it. */
  | "missing-colon"
  /** A spelling that Google accepts and others need not, such as `Dissallow`. */
  | "misspelled-directive"
  /** Allow, Disallow or Crawl-delay above the first User-agent: it binds nobody. */
  | "rule-before-agent"
  /** A User-agent line that names nobody. */
  | "empty-agent"
  /** A path that starts with neither `/` nor `*`: it matches no address. */
  | "bad-path"
  /** `$` means the end only as the last character; elsewhere it is a plain dollar sign. */
  | "dollar-inside-path"
  | "bad-crawl-delay"
  /** Not an absolute http(s) address. */
  | "bad-sitemap-url"
  /** Cut, as Google does, after 16,663 bytes. */
  | "line-too-long";

const maxTextLength = 200;
/** A web page served as robots.txt has a problem on every line: nobody reads more than these. */
const maxProblems = 500;

/** Collects problems in the order of the file, bounded in number and size. */
export class ProblemList {
  readonly items: RobotsProblem[] = [];

  add(line: number, text: string, kind: RobotsProblemKind): void {
    if (this.items.length < maxProblems) this.items.push({ line, text: text.trim().slice(0, maxTextLength).toWellFormed(), kind });
  }
}
