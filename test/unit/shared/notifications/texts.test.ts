import { describe, expect, it } from "vitest";
import { notificationTypes, Said } from "../../../../shared/notifications/schemas.ts";
import { inWords, type Told } from "../../../../shared/notifications/texts.ts";
import { type Language, languages } from "../../../../shared/platform/index.ts";

const url = "https://www.example.com/";
const told: Readonly<Record<Told["type"], Told>> = {
  "audit.completed": { type: "audit.completed", data: { auditId: "aud_1", url, score: 87 } },
  "audit.failed": { type: "audit.failed", data: { auditId: "aud_1", url } },
  "audit.regressed": { type: "audit.regressed", data: { auditId: "aud_1", url, problems: 3, scoreBefore: 87, score: 74 } },
  "member.joined": { type: "member.joined", data: { userId: "usr_1", name: "Grace" } },
  "member.role-changed": { type: "member.role-changed", data: { role: "dev" } },
  "report.ready": { type: "report.ready", data: { reportId: "rpt_1", sites: 4, audited: 3, better: 2, worse: 1 } },
  "webhook.failing": { type: "webhook.failing", data: { webhookId: "whk_1", name: "Deployments", since: Date.UTC(2026, 10, 22) } },
  "webhook.disabled": { type: "webhook.disabled", data: { webhookId: "whk_1", name: "Deployments", reason: "failing" } },
};
const facts: Readonly<Record<Told["type"], Readonly<Record<Language, readonly string[]>>>> = {
  "audit.completed": { en: [url, "87 of 100"], es: [url, "87 de 100"] },
  "audit.failed": { en: [url], es: [url] },
  "audit.regressed": { en: [url, "3 problems", "from 87 to 74"], es: [url, "3 problemas", "de 87 a 74"] },
  "member.joined": { en: ["Grace"], es: ["Grace"] },
  "member.role-changed": { en: ["developer"], es: ["desarrollo"] },
  "report.ready": { en: ["4 sites", "2 problems fixed", "1 problem new"], es: ["4 sitios", "2 problemas menos", "1 problema más"] },
  "webhook.failing": { en: ["Deployments", "2026-11-22"], es: ["Deployments", "2026-11-22"] },
  "webhook.disabled": { en: ["Deployments", "five days"], es: ["Deployments", "cinco días"] },
};
const cases = notificationTypes.flatMap((type) => languages.map((language) => ({ type, language })));

describe.each(cases)("$type in $language", ({ type, language }) => {
  it("says what it is about, in a title and a sentence", () => {
    const { title, text } = inWords(language, told[type]);
    expect(title).toMatch(/^\p{Lu}.*[^.]$/u);
    expect(text).toMatch(/[.]$/);
    for (const fact of facts[type][language]) expect(text).toContain(fact);
    expect(`${title} ${text}`).not.toMatch(/undefined|null|NaN|\[object/);
  });

  it("is like no other, and reads differently in each language", () => {
    const titles = notificationTypes.map((each) => inWords(language, told[each]).title);
    expect(new Set(titles).size).toBe(notificationTypes.length);
    expect(new Set(languages.map((each) => inWords(each, told[type]).text)).size).toBe(languages.length);
  });
});

describe("a notification", () => {
  it.each([
    { language: "en", text: "There was nothing to score." },
    { language: "es", text: "No había nada que puntuar." },
  ] as const)("says it in $language when there is no score", ({ language, text }) => {
    expect(inWords(language, { type: "audit.completed", data: { auditId: "aud_1", url, score: null } }).text).toContain(text);
  });

  it.each([
    { language: "en", who: "Somebody" },
    { language: "es", who: "Alguien" },
  ] as const)("does without a name in $language", ({ language, who }) => {
    expect(inWords(language, { type: "member.joined", data: { userId: "usr_1", name: "" } }).text).toMatch(new RegExp(`^${who} `));
  });

  it.each([
    { language: "en", text: "takes nothing more" },
    { language: "es", text: "no acepta nada más" },
  ] as const)("says in $language when a receiver wants no more", ({ language, text }) => {
    expect(inWords(language, { type: "webhook.disabled", data: { webhookId: "whk_1", name: "Deployments", reason: "gone" } }).text).toContain(text);
  });

  it("is listed by its type wherever it is stored", () => {
    expect(Said.options.map(({ shape }) => shape.type.value)).toEqual([...notificationTypes]);
  });
});
