import { maxEvidence } from "./rule.ts";

/*
 * Pieces of the SQL rules. The crawl reads a rule's rows in slices by page_id, so each statement walks `page` by its key and
 * looks everything else up: a slice then costs what its own pages cost, on a site of any size.
 */

const errorCode = (page: string): string => `json_extract(${page}.facts, '$.fetch.error.code')`;

/**
 * Predicate on the alias of a `page` row: whoever asks for the address gets an error or no answer. What happens behind a redirect is
 * for the rules about redirects. The other failures may be ours (a body too large for us, an address we may not fetch) and blame nobody.
 */
export const isBroken = (page: string): string =>
  `(${page}.status >= 400 OR (${page}.outcome = 'failed' AND ${errorCode(page)} IN ('timeout', 'unreachable')))`;

/** Evidence from the alias of a `page` row: "https://example.com/old (404)", or the error's code where nothing usable came back. */
export const addressAndAnswer = (page: string): string =>
  `${page}.url || ' (' || coalesce(iif(${page}.outcome = 'failed', ${errorCode(page)}, NULL), ${page}.status, 'failed') || ')'`;

// Both addresses of a redirect can be as long as an address may be: one piece of evidence stays under 2,000 characters.
const clip = (text: string): string => `substr(${text}, 1, 2000)`;
const target = (page: string): string =>
  `coalesce(${page}.redirect_to, '?') || coalesce(' (' || coalesce(${errorCode(page)}, iif(${page}.final_status >= 400, ${page}.final_status, NULL)) || ')', '')`;

/** Evidence from the alias of a redirecting `page` row: "https://example.com/old → https://example.com/new", and the status or error code it ends in if that is no page. */
export const addressAndTarget = (page: string): string => clip(`${page}.url || ' → ' || ${target(page)}`);

/** Evidence from the alias of a redirecting `page` row: only where it leads. */
export const redirectTarget = (page: string): string => clip(`'→ ' || ${target(page)}`);

/**
 * Statement with one row per page that links to a page for which `isTarget` holds; `item` makes the evidence. Both speak of the alias `t`.
 * Only pages without HTML can be targets: the partial index `page_without_html` keeps finding them cheap.
 */
export function pagesLinkingTo(isTarget: string, item: string): string {
  const linkedTargets = "json_each(p.links) link JOIN target ON target.id = link.value";
  return `
WITH target AS MATERIALIZED (SELECT t.id FROM page t WHERE t.outcome <> 'html' AND ${isTarget})
SELECT p.id AS page_id,
  (SELECT json_group_array(item) FROM (SELECT ${item} AS item FROM ${linkedTargets} JOIN page t ON t.id = target.id LIMIT ${maxEvidence})) AS evidence,
  (SELECT count(*) FROM ${linkedTargets}) AS evidence_total
FROM page p
WHERE p.links <> '[]' AND EXISTS (SELECT 1 FROM ${linkedTargets})`;
}

/** How many pages link to at least one page whose answer is known. */
export const pagesWithKnownLinks = `
SELECT count(*) FROM page p
WHERE p.links <> '[]' AND EXISTS (SELECT 1 FROM json_each(p.links) link JOIN page t ON t.id = link.value)`;

const withKnownCanonical = "page p CROSS JOIN url u ON u.url = p.canonical CROSS JOIN page t ON t.id = u.id";

/** Statement with one row per page whose canonical is a page for which `isTarget` holds. Both pieces speak of the alias `t`, and `isTarget` never holds for the page itself. */
export const pagesWithCanonical = (isTarget: string, item: string): string => `
SELECT p.id AS page_id, json_array(${item}) AS evidence
FROM ${withKnownCanonical}
WHERE p.outcome = 'html' AND ${isTarget}`;

/** How many pages name a canonical whose answer is known. */
export const pagesWithKnownCanonical = `SELECT count(*) FROM ${withKnownCanonical} WHERE p.outcome = 'html'`;

/**
 * Statement with one row per indexable page that shares `column` with another one of the same language; the shared text is a value.
 * Sizes are counted once per group: counting for each page would take a hundred million steps when 10,000 pages share a title.
 */
export const pagesSharing = (column: "title" | "description"): string => `
WITH shared AS MATERIALIZED (
  SELECT ${column} AS text, lang, count(*) AS pages FROM page
  WHERE indexable = 1 AND ${column} <> '' GROUP BY ${column}, lang HAVING count(*) > 1)
SELECT p.id AS page_id,
  (SELECT json_group_array(url) FROM (
    SELECT o.url FROM page o WHERE o.indexable = 1 AND o.${column} = p.${column} AND o.lang IS p.lang AND o.id <> p.id
    ORDER BY o.id LIMIT ${maxEvidence})) AS evidence,
  shared.pages - 1 AS evidence_total,
  substr(p.${column}, 1, 200) AS ${column}
FROM page p NOT INDEXED CROSS JOIN shared ON shared.text = p.${column} AND shared.lang IS p.lang
WHERE p.indexable = 1 AND p.${column} <> ''`;

/** How many indexable pages have a text in `column`. */
export const pagesWith = (column: "title" | "description"): string => `SELECT count(*) FROM page WHERE indexable = 1 AND ${column} <> ''`;
