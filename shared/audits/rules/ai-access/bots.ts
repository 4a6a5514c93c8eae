/** What a bot fetches pages for: an AI answer engine's index, one person's question, or a model's training. */
export type BotPurpose = "search" | "user" | "training";

interface AiBot {
  /** The product token that robots.txt groups name. */
  readonly token: string;
  readonly vendor: string;
  readonly purpose: BotPurpose;
  /** The vendor's own page about it; null where the vendor publishes none. */
  readonly documentation: string | null;
  /** Year and month in which purpose and token were compared with that page. */
  readonly checked: string;
}

const openai = { vendor: "OpenAI", documentation: "https://developers.openai.com/api/docs/bots", checked: "2026-11" };
const anthropic = {
  vendor: "Anthropic",
  documentation: "https://support.claude.com/en/articles/8896518-does-anthropic-crawl-data-from-the-web-and-how-can-site-owners-block-the-crawler",
  checked: "2026-11",
};
const perplexity = { vendor: "Perplexity", documentation: "https://docs.perplexity.ai/docs/resources/perplexity-crawlers", checked: "2026-11" };
const google = { vendor: "Google", documentation: "https://developers.google.com/crawling/docs/crawlers-fetchers/google-common-crawlers", checked: "2026-11" };

/**
 * The AI bots that the `ai-access` rules judge. Googlebot and Bingbot are here because AI Overviews and Copilot answer from
 * their indexes. Google-Extended and Applebot-Extended are tokens only: they send no requests, they say how crawled pages may be used.
 */
export const aiBots: readonly AiBot[] = [
  { token: "OAI-SearchBot", purpose: "search", ...openai },
  { token: "Claude-SearchBot", purpose: "search", ...anthropic },
  { token: "PerplexityBot", purpose: "search", ...perplexity },
  { token: "Googlebot", purpose: "search", ...google },
  {
    token: "Bingbot",
    purpose: "search",
    vendor: "Microsoft",
    documentation: "https://www.bing.com/webmasters/help/which-crawlers-does-bing-use-8c184ec0",
    checked: "2026-11",
  },
  { token: "ChatGPT-User", purpose: "user", ...openai },
  { token: "Claude-User", purpose: "user", ...anthropic },
  { token: "Perplexity-User", purpose: "user", ...perplexity },
  { token: "GPTBot", purpose: "training", ...openai },
  { token: "ClaudeBot", purpose: "training", ...anthropic },
  { token: "Google-Extended", purpose: "training", ...google },
  { token: "Applebot-Extended", purpose: "training", vendor: "Apple", documentation: "https://support.apple.com/en-us/119829", checked: "2026-11" },
  { token: "CCBot", purpose: "training", vendor: "Common Crawl", documentation: "https://commoncrawl.org/ccbot", checked: "2026-11" },
  { token: "Bytespider", purpose: "training", vendor: "ByteDance", documentation: null, checked: "2026-11" },
  {
    token: "meta-externalagent",
    purpose: "training",
    vendor: "Meta",
    documentation: "https://developers.facebook.com/docs/sharing/webmasters/web-crawlers/",
    checked: "2026-11",
  },
];
