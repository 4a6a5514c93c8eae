import { descriptionDuplicate } from "./content/description-duplicate.ts";
import { titleDuplicate } from "./content/title-duplicate.ts";
import { canonicalToError } from "./indexability/canonical-to-error.ts";
import { canonicalToNoindex } from "./indexability/canonical-to-noindex.ts";
import { canonicalToRedirect } from "./indexability/canonical-to-redirect.ts";
import { noindex } from "./indexability/noindex.ts";
import { robotsBlocked } from "./indexability/robots-blocked.ts";
import { brokenInternalLink } from "./links/broken-internal-link.ts";
import { linkToRedirect } from "./links/link-to-redirect.ts";
import type { SqlRule } from "./rule.ts";
import { sitemapMember4xx } from "./sitemaps/sitemap-member-4xx.ts";
import { sitemapMemberRedirect } from "./sitemaps/sitemap-member-redirect.ts";

/** The rules judged on all pages at the end, in the object that holds their facts. */
export const sqlRules: readonly SqlRule[] = [
  robotsBlocked,
  noindex,
  canonicalToRedirect,
  canonicalToError,
  canonicalToNoindex,
  titleDuplicate,
  descriptionDuplicate,
  brokenInternalLink,
  linkToRedirect,
  sitemapMember4xx,
  sitemapMemberRedirect,
];
