import { aiSearchBotBlocked } from "./ai-access/ai-search-bot-blocked.ts";
import { aiTrainingBlocked } from "./ai-access/ai-training-blocked.ts";
import { aiUserFetchBlocked } from "./ai-access/ai-user-fetch-blocked.ts";
import { robots5xx } from "./indexability/robots-5xx.ts";
import { robotsSyntax } from "./indexability/robots-syntax.ts";
import { robotsTooBig } from "./indexability/robots-too-big.ts";
import type { SiteRule } from "./rule.ts";
import { sitemapInvalid } from "./sitemaps/sitemap-invalid.ts";
import { sitemapMissing } from "./sitemaps/sitemap-missing.ts";

/** The rules judged once on the site's own files. */
export const siteRules: readonly SiteRule[] = [
  robots5xx,
  robotsSyntax,
  robotsTooBig,
  sitemapMissing,
  sitemapInvalid,
  aiSearchBotBlocked,
  aiUserFetchBlocked,
  aiTrainingBlocked,
];
