import { isIndexable, isNoindex } from "../facts/derive.ts";
import type { Hop, HtmlFacts, PageFacts } from "../facts/page-facts.ts";
import type { PageRule, Verdict } from "./rule.ts";

/** A string of evidence is a hint for a person, not an archive. */
const maxEvidenceCharacters = 500;

/** For addresses that answered by themselves, whatever they answered. */
export const onAnswer = (check: (status: number, facts: PageFacts) => Verdict): PageRule["check"] => guarded(ownStatus, check);

/** For addresses that redirect; the hops are in order and each has a target. */
export const onRedirect = (check: (hops: readonly Hop[], facts: PageFacts) => Verdict): PageRule["check"] => guarded(redirectHops, check);

/** For addresses that answered by themselves or failed to. */
export const onNoRedirect = (check: (facts: PageFacts) => Verdict): PageRule["check"] =>
  guarded((facts) => (redirectHops(facts) === null ? facts : null), check);

/** For HTML that visitors get with status 200. */
export const onHtml = (check: (html: HtmlFacts, facts: PageFacts) => Verdict): PageRule["check"] => guarded(readableHtml, check);

/** For HTML that search engines may keep, or that may point them to its canonical address: not `noindex`. */
export const onSearchableHtml = (check: (html: HtmlFacts, facts: PageFacts) => Verdict): PageRule["check"] =>
  guarded((facts) => (isNoindex(facts) ? null : readableHtml(facts)), check);

/** For HTML that may appear in search results under its own address. */
export const onIndexableHtml = (check: (html: HtmlFacts, facts: PageFacts) => Verdict): PageRule["check"] =>
  guarded((facts) => (isIndexable(facts) ? readableHtml(facts) : null), check);

function guarded<Subject>(subjectOf: (facts: PageFacts) => Subject | null, check: (subject: Subject, facts: PageFacts) => Verdict): PageRule["check"] {
  return (facts) => {
    const subject = subjectOf(facts);
    if (subject === null) return "not-applicable";
    const verdict = check(subject, facts);
    return typeof verdict === "string" ? verdict : { ...verdict, evidence: verdict.evidence.map(clip) };
  };
}

function redirectHops({ fetch }: PageFacts): readonly Hop[] | null {
  const hops = fetch.hops.filter(({ location }) => location !== null);
  return hops.length === 0 ? null : hops;
}

function ownStatus(facts: PageFacts): number | null {
  return redirectHops(facts) === null ? facts.fetch.status : null;
}

function readableHtml({ fetch, html }: PageFacts): HtmlFacts | null {
  return fetch.outcome === "html" && fetch.status === 200 ? html : null;
}

// Cutting may split a surrogate pair, which no database stores unchanged.
function clip(text: string): string {
  return text.length <= maxEvidenceCharacters ? text : `${text.slice(0, maxEvidenceCharacters - 1).toWellFormed()}…`;
}
