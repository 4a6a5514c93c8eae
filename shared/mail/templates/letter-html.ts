import { type Html, html, type Language, trusted } from "../../platform/index.ts";
import type { MailLink } from "./content.ts";
import type { Words } from "./words.ts";

/** An e-mail in words, before it is laid out. */
export interface Letter {
  readonly language: Language;
  readonly words: Words;
  /** `says` until when it works; null where there is nothing to open. */
  readonly link: (MailLink & { readonly says: string }) | null;
  readonly orCopy: string;
  readonly orCode: string;
  readonly sentBy: string;
  readonly publicUrl: string;
}

// Programs that drop style sheets still show the inline ones; those that have both take these colours in the dark.
const darkStyle = `
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  .paper { background-color: #0c1311 !important; }
  .card { background-color: #131c19 !important; border-color: #26332e !important; color: #e5eeea !important; }
  .soft { color: #9eb0a8 !important; }
  .plain { color: #56d9b1 !important; }
  .code { background-color: #1d2824 !important; color: #e5eeea !important; }
}
`;

const font = "font-family: system-ui, -apple-system, 'Segoe UI', Roboto, Arial, sans-serif";
const breakable = "overflow-wrap: anywhere; word-break: break-word";

/** A letter as one HTML document, readable with and without its style sheet. */
export function letterHtml({ language, words, link, publicUrl, ...rest }: Letter): string {
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${words.subject}</title>
<style>${trusted(darkStyle)}</style>
</head>
<body class="paper" style="margin: 0; padding: 24px 12px; background-color: #f7faf8; ${font}">
<div class="card" style="max-width: 560px; margin: 0 auto; padding: 28px; background-color: #ffffff; border: 1px solid #dfe7e3; border-radius: 12px; color: #13211b; font-size: 16px; line-height: 1.6">
<h1 style="margin: 0 0 16px; font-size: 22px; line-height: 1.3; ${breakable}">${words.heading}</h1>
${words.says.map((says) => html`<p style="margin: 0 0 14px; ${breakable}">${says}</p>\n`)}${link !== null && wayIn(link, words, rest)}<p style="margin: 20px 0 0; ${breakable}">${words.otherwise}</p>
</div>
<p class="soft" style="max-width: 560px; margin: 16px auto 0; color: #52615a; font-size: 14px; line-height: 1.5; text-align: center">${rest.sentBy} ${publicUrl}</p>
</body>
</html>
`.toString();
}

function wayIn({ url, code, says }: NonNullable<Letter["link"]>, { action, heading }: Words, { orCopy, orCode }: Pick<Letter, "orCopy" | "orCode">): Html {
  return html`<p style="margin: 22px 0"><a href="${url}" style="display: inline-block; padding: 12px 22px; border-radius: 8px; background-color: #0a6f53; color: #ffffff; font-weight: 600; text-decoration: none">${action ?? heading}</a></p>
<p style="margin: 0 0 14px">${orCopy}<br><a class="plain" href="${url}" style="color: #0a6f53; ${breakable}">${url}</a></p>
<p style="margin: 0 0 14px">${orCode}<br><code class="code" style="display: inline-block; padding: 4px 8px; border-radius: 6px; background-color: #edf2ef; color: #13211b; font-size: 15px; ${breakable}">${code}</code></p>
<p style="margin: 0 0 14px">${says}</p>
`;
}
