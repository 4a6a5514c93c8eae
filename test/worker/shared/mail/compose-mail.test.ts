import { describe, expect, it } from "vitest";
import { composeMail, type MailContent, type MailReader } from "../../../../shared/mail/index.ts";
import { type Language, languages } from "../../../../shared/platform/index.ts";

const publicUrl = "https://mentha.test";
const code = "Zm9yLXRlc3RzLW9ubHktZm9yLXRlc3RzLW9ubHktMTI";
// 2026-11-28, 23:30 in Greenwich: a day later in Madrid.
const link = { url: `${publicUrl}/a#token=${code}`, code, until: Date.UTC(2026, 10, 28, 23, 30) };
const email = "ada@example.com";
const contents: Readonly<Record<MailContent["kind"], MailContent>> = {
  invitation: { kind: "invitation", inviter: { name: "Grace", email: "grace@example.com" }, workspace: "Web team", role: "qa", link },
  "reset-password": { kind: "reset-password", email, link },
  "verify-email": { kind: "verify-email", email, link },
  "password-changed": { kind: "password-changed", email },
  "email-changed": { kind: "email-changed", email },
  notification: {
    kind: "notification",
    type: "audit.failed",
    words: { en: { title: "Audit failed", text: "It failed, says Grace." }, es: { title: "Auditoría fallida", text: "Ha fallado, dice Grace." } },
    workspace: { id: "wsp_1", name: "Web team" },
    path: "/api/v1/audits/aud_1",
  },
  "dead-letter-digest": {
    kind: "dead-letter-digest",
    parked: [{ queue: "webhooks", errorCode: "upstream_timeout", count: 12 }],
    failedJobs: [{ type: "mail.send", count: 3 }],
    oldestAt: Date.UTC(2026, 10, 21, 6, 5),
  },
};

/** What each must say, beside where it comes from. */
function factsOf(content: MailContent, language: Language): readonly string[] {
  if (content.kind === "invitation") return ["Grace (grace@example.com)", "Web team", "QA"];
  if (content.kind === "dead-letter-digest")
    return ["webhooks", "upstream_timeout", ": 12", "mail.send", ": 3", "2026-11-21 06:05 UTC", "/api/admin/dead-letters", "/replay", "/retry"];
  if (content.kind !== "notification") return [email];
  const { title, text } = content.words[language];
  return [title, text, "Web team (wsp_1)", `${publicUrl}/api/v1/audits/aud_1`, "npx mentha inbox --email-off audit.failed --workspace wsp_1"];
}
const readers: Readonly<Record<string, MailReader>> = Object.fromEntries(languages.map((language) => [language, { language, timeZone: "Europe/Madrid" }]));
const english: MailReader = { language: "en", timeZone: "UTC" };

/** What a person reads of an HTML letter. */
function seen(markup: string): string {
  const shown = markup.slice(markup.indexOf("<body")).replace(/<[^>]*>/g, " ");
  const entities: Readonly<Record<string, string>> = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&amp;": "&" };
  return shown.replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => entities[entity] ?? entity).replace(/\s+/g, " ");
}
const flat = (text: string) => text.replace(/\s+/g, " ");

const cases = languages.flatMap((language) => Object.values(contents).map((content) => ({ language, kind: content.kind, content })));

describe.each(cases)("the e-mail $kind in $language", ({ language, content }) => {
  const { subject, text, html } = composeMail(content, { language, timeZone: "Europe/Madrid" }, publicUrl);

  it("says in text and in HTML what it is about, and where it comes from", () => {
    for (const fact of [...factsOf(content, language), publicUrl]) for (const body of [text, seen(html)]) expect(flat(body)).toContain(fact);
    expect(subject).toMatch(/\S/);
    expect(html).toContain(`<html lang="${language}">`);
  });

  it("shows the link as a button and as text, the code alone, and until when they work", () => {
    if (!("link" in content)) return expect(`${text}${html}`).not.toContain("token");
    expect(text.split("\n")).toEqual(expect.arrayContaining([link.url, code]));
    expect(html.match(/<a [^>]*href="([^"]*)"/g)).toHaveLength(2);
    expect(html).toContain(`>${link.url}</a>`);
    expect(html).toContain(`>${code}</code>`);
    const day = language === "en" ? "Sunday, November 29, 2026" : "domingo, 29 de noviembre de 2026";
    for (const body of [text, seen(html)]) expect(flat(body)).toContain(day);
  });

  it("says what to do when its reader did not ask for it", () => {
    for (const body of [text, seen(html)]) expect(flat(body)).toMatch(language === "en" ? /If (?:that was not you|you did not|you do not)/ : /Si no /);
  });

  it("loads nothing and runs nothing", () => {
    expect(html).not.toMatch(/<(?:img|script|link|iframe|object|form|input)\b|@import|url\(|\bon\w+=/i);
    for (const [, address] of html.matchAll(/(?:href|src)="([^"]*)"/g)) expect(address).toBe(link.url);
  });

  it("is like no other in its language", () => {
    const others = Object.values(contents).filter(({ kind }) => kind !== content.kind);
    for (const other of others) expect(composeMail(other, { language, timeZone: "UTC" }, publicUrl).subject).not.toBe(subject);
  });
});

it.each(Object.values(contents))("$kind reads differently in each language", (content) => {
  const texts = Object.values(readers).map((reader) => composeMail(content, reader, publicUrl));
  expect(new Set(texts.map(({ subject }) => subject)).size).toBe(languages.length);
});

describe("what people called something", () => {
  const invite = (name: string, workspace: string) =>
    composeMail({ kind: "invitation", inviter: { name, email: "grace@example.com" }, workspace, role: "admin", link }, english, publicUrl);

  it.each([
    "<script>alert(1)</script>",
    `"><img src=x onerror=alert(1)>`,
    `' onclick='alert(1)`,
    "</title><style>body{display:none}</style>",
    "&lt;b&gt;",
    "{{7*7}}",
  ])("is shown as it is and is no markup: %s", (name) => {
    const { html, text } = invite(name, name);
    expect(seen(html)).toContain(`${name} (grace@example.com)`);
    expect(text).toContain(name);
    const plain = invite("Grace", "Web team").html;
    const tags = (markup: string) => markup.match(/<\/?[a-z!][^>]*>/gi)?.map((tag) => tag.split(/[\s>]/)[0]);
    expect(tags(html)).toEqual(tags(plain));
  });

  it.each(["Grace\r\nBcc: eve@evil.test", "Grace\n\nYour code is 123456", "Gr\u2028ace\u2029", "\u202eecarG", "\u0000\u001b[2J"])(
    "begins no line of its own: %j",
    (name) => {
      const { subject, text, html } = invite(name, name);
      expect(subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e]/u);
      expect(text.split("\n")).toHaveLength(invite("Grace", "Web team").text.split("\n").length);
      expect(text).not.toMatch(/[^\P{Cc}\n]|[\p{Zl}\p{Zp}\u202a-\u202e]/u);
      expect(html).not.toMatch(/[^\P{Cc}\n]|[\p{Zl}\p{Zp}\u202a-\u202e]/u);
    },
  );

  it("is cut where it is a text rather than a name", () => {
    const { text } = invite("a".repeat(5_000), "😀".repeat(5_000));
    expect(text).not.toContain("a".repeat(101));
    expect(text.isWellFormed()).toBe(true);
    expect(text.length).toBeLessThan(2_000);
  });

  it("begins no line of its own in a notification, and is cut there too", () => {
    const notify = (name: string) => {
      const said = { title: "New member", text: `${name} joined.` };
      const content = { kind: "notification", type: "member.joined", words: { en: said, es: said }, workspace: { id: "wsp_1", name }, path: null } as const;
      return composeMail(content, english, publicUrl);
    };
    const { subject, text, html } = notify("Grace\r\nBcc: eve@evil.test\u2028\u202e<b>");
    expect(subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e]/u);
    expect(text.split("\n")).toHaveLength(notify("Grace").text.split("\n").length);
    expect(`${text}${html}`).not.toMatch(/[^\P{Cc}\n]|[\p{Zl}\p{Zp}\u202a-\u202e]/u);
    expect(html).not.toContain("<b>");
    expect(notify("a".repeat(5_000)).text).not.toContain("a".repeat(401));
  });

  it("is the address of somebody without a name", () => {
    expect(invite(" ", "Web team").text).toContain("\ngrace@example.com invites you");
  });
});
