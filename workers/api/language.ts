import type { Context } from "hono";
import { accepts } from "hono/accepts";
import { z } from "zod";
import { type Language, languages } from "../../shared/platform/index.ts";

export const LanguageQuery = z.object({
  lang: z.enum(languages).optional().describe("Language of texts; without it the Accept-Language header decides, then English"),
});

/** The language to answer in, told to the reader and to caches by `Content-Language` and `Vary`. */
export function answerLanguage(c: Context, asked: Language | undefined): Language {
  const language = asked ?? acceptedLanguage(c);
  c.header("Content-Language", language);
  c.header("Vary", "Accept-Language", { append: true });
  return language;
}

/** The first language of `Accept-Language` that we have, by weight; a region such as `es-MX` counts as its language. */
function acceptedLanguage(c: Context): Language {
  const found = accepts(c, {
    header: "Accept-Language",
    supports: [...languages],
    default: "en",
    match: (accepted, { supports, default: fallback }) => {
      const wanted = accepted.filter(({ q }) => q > 0).map(({ type }) => type.toLowerCase().split("-")[0]);
      return wanted.find((tag) => tag !== undefined && supports.includes(tag)) ?? fallback;
    },
  });
  return z.enum(languages).parse(found);
}
