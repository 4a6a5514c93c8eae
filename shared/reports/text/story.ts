import type { Severity } from "../../audits/index.ts";

// A report in words, before it is laid out: Markdown, PDF and e-mail say the same.

/** A rule that pages fail, or failed. */
export interface Line {
  readonly title: string;
  /** How far it reaches, such as "3 of 61 pages". */
  readonly reach: string;
}

export interface Fix extends Line {
  readonly severity: Severity;
  readonly severityWord: string;
  /** Empty for a rule that was retired since. */
  readonly fix: string;
}

interface Changes {
  readonly heading: string;
  readonly lines: readonly Line[];
  /** "and 3 more", when there are more. */
  readonly more: string | null;
}

export interface SiteStory {
  /** The host, as people call the site. */
  readonly name: string;
  /** Its address, when a link may lead there. */
  readonly href: string | null;
  readonly score: number | null;
  /** The score in words, with its change where there is one; or that there was no audit. */
  readonly headline: string;
  /** Further sentences: what it is compared with, and what is not told. */
  readonly notes: readonly string[];
  readonly better: Changes | null;
  readonly worse: Changes | null;
  readonly fixFirst: readonly Fix[];
  /** The address of the whole audit report, from its first slash; null without an audit. */
  readonly reportPath: string | null;
  /** For the table: change, and how many rules got better and worse. */
  readonly figures: { readonly change: number | null; readonly better: number; readonly worse: number };
  /** Whether only the table tells of it. */
  readonly isBrief: boolean;
}

export interface ProjectStory {
  readonly name: string;
  /** Instead of sites, when there are none. */
  readonly note: string | null;
  readonly sites: readonly SiteStory[];
}

export interface Story {
  readonly title: string;
  /** What it is about: one project, or all. */
  readonly about: string;
  readonly time: string;
  readonly made: string;
  /** A few sentences for those who read no further. */
  readonly summary: readonly string[];
  readonly projects: readonly ProjectStory[];
  /** What is not in it; empty when all is. */
  readonly omissions: readonly string[];
}
