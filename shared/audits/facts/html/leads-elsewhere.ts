import { limits } from "../page-facts.ts";

/**
 * What code writes to lead to another page: a location or an href that it sets, a window it opens, an ASP.NET postback, the usual
 * names of a router's functions, or the address of a page in quotation marks. To reload the page or to move within it leads nowhere.
 */
const navigation = new RegExp(
  [
    String.raw`\blocation\b(?!\s*\.\s*(?:reload|hash)\b)`,
    String.raw`\.href\b`,
    String.raw`\bwindow\s*\.\s*open\s*\(`,
    String.raw`\b(?:__dopostback|go|go_?to|navigate(?:to)?|redirect(?:to)?)\s*\(`,
    String.raw`['"](?:https?:/)?/\w`,
    String.raw`['"][^'"]*\w\.(?:html?|php|aspx?|jsp)\b`,
  ].join("|"),
  "i",
);
const withinHistory = /\bhistory\s*\.\s*go\s*\(/gi;

/** Whether the code of a handler or of a `javascript:` address looks as if it led to another page. */
export function leadsElsewhere(code: string): boolean {
  return code !== "" && navigation.test(code.slice(0, limits.urlCharacters).replace(withinHistory, ""));
}
