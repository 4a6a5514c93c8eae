import { type Html, html, type Language } from "../../../shared/platform/index.ts";
import type { Refusals, Words } from "./words.ts";

// What the pages are made of. The script finds its places by `data-` attributes, and says nothing of its own: its texts are in them too.

interface Field {
  readonly name: "token" | "email" | "name" | "password";
  readonly label: string;
  readonly hint?: string;
  readonly autocomplete: string;
  readonly type?: "email" | "password";
}

interface Form {
  /** Unique on its page. */
  readonly id: string;
  /** Where its values go as they are; absent when the script does more. */
  readonly path?: string;
  readonly fields: Html;
  readonly button: string;
  readonly refusals: Refusals;
}

/** A whole page; `content` is shown by the script, `withoutScript` where there is none. */
export function page({ language, title, content, withoutScript }: { language: Language; title: string; content: Html; withoutScript: Html }): string {
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · Mentha</title>
<link rel="stylesheet" href="/account/pages.css">
<script type="module" src="/account/pages.js"></script>
</head>
<body>
<main>
<p class="brand">Mentha</p>
<h1>${title}</h1>
<noscript>
${withoutScript}
</noscript>
${content}
</main>
</body>
</html>
`.toString();
}

/** One of what a page shows in turn, or with several of them: `steps` are their names, with spaces between. */
export const step = (steps: string, content: Html): Html => html`<section data-step="${steps}" hidden>
${content}
</section>`;

/** The end of a page: its heading is read aloud when it appears. */
export const doneStep = ({ heading, says }: { heading: string; says: string }, next: Html | null): Html =>
  step("done", html`<h2 tabindex="-1">${heading}</h2>\n<p>${says}</p>\n${next}`);

export function form({ id, path, fields, button, refusals }: Form, { refusals: shared }: Words): Html {
  const says = Object.entries({ ...shared, ...refusals }).map(([code, text]) => html` data-says-${code}="${text}"`);
  return html`<form id="${id}"${path !== undefined && html` data-path="${path}"`}${says}>
${fields}
<p class="refusal" role="alert"></p>
<p><button type="submit">${button}</button></p>
</form>`;
}

function field(formId: string, { name, label, hint, autocomplete, type }: Field, { invalid }: Words): Html {
  const id = `${formId}-${name}`;
  return html`<div class="field"${name === "token" && html` data-code`}>
<label for="${id}">${label}</label>
<input id="${id}" name="${name}" type="${type ?? "text"}" autocomplete="${autocomplete}" autocapitalize="${name === "name" ? "words" : "none"}" spellcheck="false" required aria-describedby="${hint !== undefined && html`${id}-hint `}${id}-error" data-invalid="${invalid[name]}">
${hint !== undefined && html`<p class="hint" id="${id}-hint">${hint}</p>\n`}<p class="error" id="${id}-error"></p>
</div>`;
}

export const codeField = (formId: string, words: Words): Html =>
  field(formId, { name: "token", label: words.fields.code, hint: words.fields.codeHint, autocomplete: "off" }, words);

export const emailField = (formId: string, words: Words): Html =>
  field(formId, { name: "email", label: words.fields.email, type: "email", autocomplete: "username" }, words);

export const nameField = (formId: string, words: Words): Html => field(formId, { name: "name", label: words.fields.name, autocomplete: "name" }, words);

/** A password that is chosen, or the present one; typed once, since it can be looked at. */
export function passwordField(formId: string, kind: "new" | "current", label: string, words: Words): Html {
  const { passwordHint, showPassword } = words.fields;
  const hint = kind === "new" ? { hint: passwordHint } : {};
  return html`${field(formId, { name: "password", label, type: "password", autocomplete: `${kind}-password`, ...hint }, words)}
<p class="reveal"><label><input type="checkbox" data-reveal> ${showPassword}</label></p>`;
}

/** The same in a terminal. */
export const command = (line: string): Html => html`<pre><code>${line}</code></pre>`;

/** A call of the API, for a terminal. */
export function curl(publicUrl: string, path: string, body: Readonly<Record<string, string>>, header?: string): Html {
  const authorization = header === undefined ? "" : ` -H "${header}"`;
  return command(`curl${authorization} -H "Content-Type: application/json" -d '${JSON.stringify(body)}' ${publicUrl}${path}`);
}

/** What to do where no script runs. */
export const withoutScript = ({ withoutScript: { heading, says, where } }: Words, calls: Html, isWithCode = true): Html =>
  html`<h2>${heading}</h2>\n<p>${says}</p>\n${calls}${isWithCode && html`\n<p>${where}</p>`}`;
