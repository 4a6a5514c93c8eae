import { listRules } from "../../audits/index.ts";
import { dayMs, type Language } from "../../platform/index.ts";
import { type ReportContent, type SiteContent, sumsOf } from "../content/content.ts";
import { plain } from "./plain.ts";
import type { Fix, Line, ProjectStory, SiteStory, Story } from "./story.ts";
import { type Words, wordsIn } from "./words.ts";

/** Sites that are told in full; of the others the scores and counts are. */
export const mostDetailed = 50;
const nameCharacters = 80;
const titleCharacters = 200;

/** A stored report. Times in ms since 1970. */
export interface Told {
  readonly content: ReportContent;
  /** Null for all projects. */
  readonly projectId: string | null;
  readonly from: number;
  readonly to: number;
  readonly createdAt: number;
}

interface Aids {
  readonly words: Words;
  readonly day: (at: number) => string;
  readonly ruleOf: (id: string) => { readonly title: string; readonly fix: string; readonly scope: "page" | "site" };
}

/** A report in a language. Names and addresses in it are of one line, cut, and can hide nothing. */
export function tell({ content, projectId, from, to, createdAt }: Told, language: Language): Story {
  const aids = aidsIn(language);
  const { words } = aids;
  const sums = sumsOf(content);
  const detailed = new Set(content.projects.flatMap((project) => project.sites).slice(0, mostDetailed));
  const projects = content.projects.map((project): ProjectStory => {
    const sites = project.sites.map((site) => siteStory(site, aids, !detailed.has(site)));
    return { name: plain(project.name, nameCharacters) || "–", note: sites.length === 0 ? words.noSites : null, sites };
  });
  const [only] = projects;
  const changes = [...(sums.better > 0 ? [words.better(sums.better)] : []), ...(sums.worse > 0 ? [words.worse(sums.worse)] : [])];
  return {
    title: words.title,
    about: projectId === null || only === undefined ? words.aboutAll : only.name,
    time: range(language, from, to),
    made: words.made(aids.day(createdAt)),
    summary: [
      ...(projects.length === 0 ? [words.noProjects] : []),
      ...(sums.sites > 0 ? [words.looked(sums.audited, sums.sites)] : []),
      ...(changes.length > 0 ? changes : sums.audited > 0 ? [words.nothingChanged] : []),
    ],
    projects,
    omissions: [
      ...(sums.sites > mostDetailed ? [words.brief(mostDetailed)] : []),
      ...(content.projectsLeftOut + content.sitesLeftOut > 0 ? [words.leftOut(content.projectsLeftOut, content.sitesLeftOut)] : []),
    ],
  };
}

/** The days of a report in words, such as "November 15 – 22, 2026"; the hours before midnight of the last day are in it. */
function range(language: Language, from: number, to: number): string {
  const format = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" });
  return `${format.formatRange(clamp(Math.min(from, to)), clamp(Math.max(from, to)))} (UTC)`;
}

/** What dates can be. */
const clamp = (at: number): number => Math.min(Math.max(at, 0), 8_640_000_000_000_000 - dayMs);

function siteStory(site: SiteContent, aids: Aids, isBrief: boolean): SiteStory {
  const { words, ruleOf } = aids;
  const { now, better, worse, top, change } = site;
  const fixes = top.map(({ ruleId, severity, pages, checked }): Fix => {
    const { title, fix, scope } = ruleOf(ruleId);
    return { title, fix, severity, severityWord: words.severity[severity], reach: scope === "site" ? words.wholeSite : words.haveIt(pages, checked) };
  });
  const gone = better.rules.map(({ ruleId, pagesBefore }): Line => {
    const { title, scope } = ruleOf(ruleId);
    return { title, reach: scope === "site" ? words.wholeSite : words.hadIt(pagesBefore) };
  });
  const opened = worse.rules.map(({ ruleId, pages, checked }): Line => {
    const { title, scope } = ruleOf(ruleId);
    return { title, reach: scope === "site" ? words.wholeSite : words.haveIt(pages, checked) };
  });
  const more = (total: number, listed: number): string | null => (total > listed ? words.more(total - listed) : null);
  return {
    ...addressOf(site.origin),
    score: now?.score ?? null,
    headline: headline(site, aids),
    notes: isBrief ? [] : notes(site, aids),
    better: isBrief || better.total === 0 ? null : { heading: words.fixedHeading(better.total), lines: gone, more: more(better.total, gone.length) },
    worse: isBrief || worse.total === 0 ? null : { heading: words.openedHeading(worse.total), lines: opened, more: more(worse.total, opened.length) },
    fixFirst: isBrief ? [] : fixes,
    reportPath: now === null ? null : `/api/v1/audits/${now.auditId}/report.html`,
    figures: { change, better: better.total, worse: worse.total },
    isBrief,
  };
}

function addressOf(origin: string): Pick<SiteStory, "name" | "href"> {
  const url = URL.parse(origin);
  const isLink =
    url !== null && (url.protocol === "https:" || url.protocol === "http:") && url.username === "" && url.password === "" && url.href.length <= 300;
  return { name: plain(url?.host || origin, nameCharacters) || "–", href: isLink ? url.href : null };
}

function headline({ now, before, change }: SiteContent, { words, day }: Aids): string {
  if (now === null) return words.noAudit;
  if (now.score === null) return words.unscored;
  const score = words.outOf100(now.score);
  if (change === null || before === null) return score;
  return `${score}, ${change === 0 ? words.unchanged(day(before.finishedAt)) : words.points(change, day(before.finishedAt))}`;
}

function notes({ now, before, comparison, better, worse, top, muted }: SiteContent, { words, day }: Aids): string[] {
  if (now === null) {
    if (before === null) return [];
    return [before.score === null ? words.lastAudit(day(before.finishedAt)) : words.lastScore(before.score, day(before.finishedAt))];
  }
  const since = before === null ? "" : day(before.finishedAt);
  const compared: Readonly<Record<SiteContent["comparison"], readonly string[]>> = {
    same: better.total + worse.total === 0 ? [words.nothingElse] : [],
    "other-rules": [words.otherRules(before?.score ?? null, since)],
    "other-options": [words.otherOptions(before?.score ?? null, since)],
    first: [words.first],
    none: [],
  };
  return [
    `${words.auditOf(day(now.finishedAt), now.pages)}.`,
    ...compared[comparison],
    ...(top.length === 0 && muted === 0 ? [words.nothingToFix] : []),
    ...(muted > 0 ? [words.muted(muted)] : []),
  ];
}

const aids = new Map<Language, Aids>();

function aidsIn(language: Language): Aids {
  const known = aids.get(language);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" });
  const rules = new Map(listRules(language).map((rule) => [rule.id, rule]));
  const made: Aids = {
    words: wordsIn(language),
    day: (at) => format.format(clamp(at)),
    // One that was retired since has no words any more.
    ruleOf: (id) => rules.get(id) ?? { title: plain(id, titleCharacters) || "–", fix: "", scope: "page" },
  };
  aids.set(language, made);
  return made;
}
