import type { StoredMail } from "../../shared/mail/index.ts";
import { type Html, html, trusted } from "../../shared/platform/index.ts";

// The pages of the mailbox for development. What they quote was written by anybody: it is escaped, and the e-mail itself is shown in a frame without rights.

const style = `
:root { color-scheme: light dark; }
body { font: 1rem/1.6 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .5rem 1rem .5rem 0; border-bottom: 1px solid #8885; vertical-align: top; overflow-wrap: anywhere; }
td:last-child { white-space: nowrap; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; } dd { margin: 0; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; padding: 1rem; border: 1px solid #8885; border-radius: .5rem; }
iframe { width: 100%; height: 42rem; border: 1px solid #8885; border-radius: .5rem; }
`;

function page(title: string, content: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${trusted(style)}</style>
</head>
<body>
${content}
</body>
</html>
`.toString();
}

const timeOf = (at: number): Html =>
  html`<time datetime="${new Date(at).toISOString()}">${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC</time>`;

/** Every message, the newest first. */
export function mailListPage(mails: readonly StoredMail[]): string {
  const rows = mails.map(
    ({ id, to, subject, sentAt }) => html`<tr><td>${to}</td><td><a href="/dev/mail/${id}">${subject}</a></td><td>${timeOf(sentAt)}</td></tr>\n`,
  );
  return page(
    "E-mails",
    html`<h1>E-mails</h1>
<p>A development installation sends no e-mail: it keeps the last 200 here. Programs read them at <a href="/dev/mail.json">/dev/mail.json</a>.</p>
${mails.length === 0 ? html`<p>There are none yet.</p>` : html`<table>\n<thead><tr><th scope="col">To</th><th scope="col">Subject</th><th scope="col">Sent</th></tr></thead>\n<tbody>\n${rows}</tbody>\n</table>`}`,
  );
}

/** One message: what its reader sees, as text and as HTML. */
export function mailPage({ to, subject, sentAt, text, html: letter }: StoredMail): string {
  return page(
    subject,
    html`<p><a href="/dev/mail">All e-mails</a></p>
<h1>${subject}</h1>
<dl><dt>To</dt><dd>${to}</dd><dt>Sent</dt><dd>${timeOf(sentAt)}</dd></dl>
<h2>Text</h2>
<pre>${text.split("\n").map((line) => html`${line}\n`)}</pre>
<h2>HTML</h2>
<iframe title="The e-mail as HTML" sandbox srcdoc="${letter}"></iframe>`,
  );
}
