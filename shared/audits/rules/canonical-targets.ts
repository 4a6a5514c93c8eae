import type { Canonical } from "../facts/page-facts.ts";

/** The different addresses that a page and its headers name as canonical; whatever is not an address is left out. */
export function canonicalTargets(canonicals: readonly Canonical[]): Readonly<Record<Canonical["source"], readonly string[]>> {
  const from = (wanted: Canonical["source"]): string[] => [
    ...new Set(canonicals.flatMap(({ source, url }) => (source === wanted && url !== null ? [url] : []))),
  ];
  return { html: from("html"), header: from("header") };
}
