import { compareTallies, lastChecked, type Severity, type StoredTallies } from "../../audits/index.ts";
import { type AuditedSite, mostRules, mostTop, type SiteContent } from "./content.ts";

/** A completed audit of a site. */
export interface SiteAudit extends AuditedSite {
  readonly tallies: StoredTallies;
}

interface KnownRule {
  readonly id: string;
  readonly severity: Severity;
}

/** What is known of a site. */
export interface SiteHistory {
  readonly siteId: string;
  readonly origin: string;
  /** The last one in the time. */
  readonly now: SiteAudit | null;
  /** What it is compared with, newest first, all of the same address; empty for the first. */
  readonly past: readonly SiteAudit[];
  /** Whether these had the options of `now`, and so looked at the same. */
  readonly hasSameOptions: boolean;
  /** Rules that are muted for the whole site. */
  readonly muted: ReadonlySet<string>;
}

/** What a report says of a site. @param rules those that there are, in the order in which they are listed */
export function siteContent({ siteId, origin, now, past, hasSameOptions, muted }: SiteHistory, rules: readonly KnownRule[]): SiteContent {
  const [before = null] = past;
  const found = { siteId, origin, now: now && audited(now), before: before && audited(before) };
  if (now === null) return { ...found, ...nothing, comparison: "none" };
  const severityOf = new Map(rules.map(({ id, severity }) => [id, severity]));
  const failing = rules.filter(({ id, severity }) => severity !== "info" && tallyOf(now.tallies, id).failing > 0);
  const heard = failing.filter(({ id }) => !muted.has(id));
  const failingNow = (id: string) => ({ ruleId: id, severity: severityOf.get(id) ?? "info", ...pagesOf(now.tallies, id) });
  const top = heard.map(({ id }) => failingNow(id)).sort(byHarm);
  const shared = { ...found, top: top.slice(0, mostTop), muted: failing.length - heard.length };
  // All that a first audit finds would be new: that says nothing of what changed.
  if (before === null) return { ...nothing, ...shared, comparison: "first" };
  const tallies = lastChecked(past.map((audit) => audit.tallies));
  const { opened, fixed } = compareTallies({ tallies, hasSameOptions }, now.tallies, rules);
  const worse = opened.filter((id) => !muted.has(id)).map(failingNow);
  const better = fixed
    .filter((id) => !muted.has(id))
    .map((id) => ({ ruleId: id, severity: severityOf.get(id) ?? "info", pagesBefore: tallyOf(tallies, id).failing }));
  const comparison = hasSameOptions ? (hasSameRules(before.tallies, now.tallies) ? "same" : "other-rules") : "other-options";
  return {
    ...shared,
    comparison,
    change: comparison === "same" && now.score !== null && before.score !== null ? now.score - before.score : null,
    better: { total: better.length, rules: better.slice(0, mostRules) },
    worse: { total: worse.length, rules: worse.sort(byHarm).slice(0, mostRules) },
  };
}

const nothing = { change: null, better: { total: 0, rules: [] }, worse: { total: 0, rules: [] }, top: [], muted: 0 } satisfies Partial<SiteContent>;

const audited = ({ auditId, url, finishedAt, score, pages }: SiteAudit): AuditedSite => ({ auditId, url, finishedAt, score, pages });

const tallyOf = (tallies: Readonly<Record<string, { readonly checked: number; readonly failing: number }>>, id: string) =>
  tallies[id] ?? { checked: 0, failing: 0 };

function pagesOf(tallies: StoredTallies, id: string) {
  const { checked, failing: pages } = tallyOf(tallies, id);
  return { pages, checked };
}

/** Whether no rule that both checked was changed in between. */
function hasSameRules(before: StoredTallies, now: StoredTallies): boolean {
  return Object.entries(now).every(([id, { version, checked }]) => {
    const old = before[id];
    return old === undefined || checked === 0 || old.checked === 0 || old.version === version;
  });
}

type Failing = SiteContent["top"][number];
const order: readonly Severity[] = ["error", "warning", "info"];

/** Errors before warnings, then what most pages fail, then by id, so that equal reports are equal. */
function byHarm(one: Failing, other: Failing): number {
  return order.indexOf(one.severity) - order.indexOf(other.severity) || other.pages - one.pages || (one.ruleId < other.ruleId ? -1 : 1);
}
