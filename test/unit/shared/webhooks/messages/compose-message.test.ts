import { describe, expect, it } from "vitest";
import { listRules } from "../../../../../shared/audits/index.ts";
import { type Language, languages } from "../../../../../shared/platform/index.ts";
import { sampleOf } from "../../../../../shared/webhooks/catalogue/catalogue.ts";
import { type PublicEvent, type PublicEventType, publicEventTypes } from "../../../../../shared/webhooks/catalogue/public-event.ts";
import { composeMessage } from "../../../../../shared/webhooks/messages/compose-message.ts";
import type { Message } from "../../../../../shared/webhooks/messages/message.ts";

const publicUrl = "https://mentha.example";
const now = Date.UTC(2026, 10, 22, 19, 0, 44);
const sample = (type: PublicEventType, data: Readonly<Record<string, unknown>> = {}): PublicEvent => {
  const { event } = sampleOf(type, "wsp_1", now);
  return { ...event, data: { ...event.data, ...data } };
};
const compose = (event: PublicEvent, language: Language): Message => composeMessage(event, language, publicUrl);
const everything = (message: Message): string => JSON.stringify(message);

interface Expected {
  readonly en: readonly string[];
  readonly es: readonly string[];
  readonly severity: Message["severity"];
  /** Where it leads, below the address of the installation. */
  readonly path: string | null;
}
const audit = "/api/v1/audits/aud_01kaq3v8e0000000000000000a";
const endpoint = "/api/v1/webhooks/whk_01kaq3v8e0000000000000000w";

const expected: Readonly<Record<PublicEventType, Expected>> = {
  "audit.started": { en: ["shop.example", "has begun"], es: ["shop.example", "Ha empezado"], severity: "info", path: audit },
  "audit.completed": {
    en: ["shop.example", "87 of 100", "61 pages", "4 errors", "23 warnings"],
    es: ["shop.example", "87 de 100", "61 páginas", "4 errores", "23 advertencias"],
    severity: "info",
    path: `${audit}/report.html`,
  },
  "audit.failed": {
    en: ["shop.example", "could not be finished", "did not answer within 15 seconds"],
    es: ["shop.example", "no se pudo terminar", "did not answer within 15 seconds"],
    severity: "error",
    path: `${audit}/report.html`,
  },
  "audit.cancelled": { en: ["shop.example", "stopped"], es: ["shop.example", "ha detenido"], severity: "info", path: audit },
  "audit.regressed": {
    en: ["Worse than before: shop.example", "Server error: 3 pages", "second look", "74 of 100", "https://shop.example/cart", "November"],
    es: ["Peor que antes: shop.example", "Error del servidor: 3 páginas", "segunda vez", "74 de 100", "https://shop.example/cart", "noviembre"],
    severity: "error",
    path: `${audit}/report.html`,
  },
  "finding.opened": {
    en: ["New finding on shop.example: Page without a title", "2 of 61 pages", "How to fix it", "title-missing", "November"],
    es: ["Nuevo hallazgo en shop.example", "2 de 61 páginas", "Cómo corregirlo", "title-missing", "noviembre"],
    severity: "error",
    path: `${audit}/report.html`,
  },
  "finding.fixed": {
    en: ["Fixed on shop.example: Page without a title", "2 pages", "November"],
    es: ["Corregido en shop.example", "2 páginas", "noviembre"],
    severity: "good",
    path: `${audit}/report.html`,
  },
  "report.ready": {
    en: ["2 better, 1 worse", "November 15, 2026", "1 of 1 site", "2 problems fixed", "shop.example: 87 of 100 (+4)"],
    es: ["2 mejor, 1 peor", "15 de noviembre de 2026", "1 sitio", "2 problemas menos", "shop.example: 87 de 100 (+4)"],
    severity: "info",
    path: "/api/v1/reports/rpt_01kaq3v8e0000000000000000r/report.pdf",
  },
  "job.failed": { en: ["audit.purge", "8 times"], es: ["audit.purge", "8 veces"], severity: "error", path: null },
  "limit.reached": {
    en: ["mk_live_4f9kq2", "14 requests of 1,318", "November 22, 2026"],
    es: ["mk_live_4f9kq2", "14 solicitudes de 1318", "22 de noviembre de 2026"],
    severity: "warning",
    path: null,
  },
  "user.invited": { en: ["developer", "usr_01kaq3v8e0000000000000000a"], es: ["desarrollo", "usr_01kaq3v8e0000000000000000a"], severity: "info", path: null },
  "member.joined": { en: ["joined", "developer"], es: ["se ha unido", "desarrollo"], severity: "info", path: null },
  "member.role-changed": { en: ["manager"], es: ["gestión"], severity: "info", path: null },
  "webhook.failing": {
    en: ["“Deployments”", "hooks.shop.example", "After five days"],
    es: ["«Deployments»", "hooks.shop.example", "Tras cinco días"],
    severity: "warning",
    path: endpoint,
  },
  "webhook.disabled": { en: ["“Deployments”", "for five days"], es: ["«Deployments»", "durante cinco días"], severity: "error", path: endpoint },
};

describe.each(publicEventTypes.flatMap((type) => languages.map((language) => ({ type, language }))))("$type in $language", ({ type, language }) => {
  const message = compose(sample(type), language);

  it("says what happened, where and how bad it is", () => {
    const said = everything(message);
    for (const words of expected[type][language]) expect(said).toContain(words);
    expect(said).not.toMatch(/undefined|null null|NaN|\[object|Invalid Date/);
    expect(message.severity).toBe(expected[type].severity);
  });

  it("leads to where there is more", () => {
    const { path } = expected[type];
    expect(message.link?.url ?? null).toBe(path === null ? null : `${publicUrl}${path}`);
    expect(message.link?.label ?? "-").not.toBe("");
  });

  it("has a title that is like no other, a sentence and facts with names", () => {
    expect(message.title).toMatch(/^\p{Lu}.*[^.]$/u);
    expect(message.text).toMatch(/[.]$/);
    expect(message.facts.length).toBeGreaterThan(0);
    expect(new Set(message.facts.map(({ name }) => name)).size).toBe(message.facts.length);
    expect(new Set(publicEventTypes.map((each) => compose(sample(each), language).title)).size).toBe(publicEventTypes.length);
  });

  it("reads differently in each language", () => {
    expect(new Set(languages.map((each) => compose(sample(type), each).title)).size).toBe(languages.length);
    expect(new Set(languages.map((each) => compose(sample(type), each).text)).size).toBe(languages.length);
  });

  it("is told by what its type means when another version wrote it", () => {
    const { title, facts, link } = compose({ ...sample(type), data: { unknown: 1 } }, language);
    expect(title).not.toBe("");
    expect([facts, link]).toEqual([[], null]);
  });
});

describe("what got worse", () => {
  const worse = (ruleId: string, severity: "error" | "warning") => ({ ruleId, title: ruleId, severity, pages: 2, pagesBefore: 0, examples: [] });

  it.each([
    { severities: ["warning", "error"], severity: "error" },
    { severities: ["warning", "warning"], severity: "warning" },
  ] as const)("is as bad as the worst of $severities", ({ severities, severity }) => {
    const rules = severities.map((each, i) => worse(`retired-${i}`, each));
    expect(compose(sample("audit.regressed", { rules }), "en").severity).toBe(severity);
  });

  it.each([
    { language: "en", more: "and 2 problems more." },
    { language: "es", more: "y 2 problemas más." },
  ] as const)("names five rules, and says in $language how many more there are", ({ language, more }) => {
    const rules = Array.from({ length: 7 }, (_, i) => worse(`retired-${i}`, "error"));
    const { text } = compose(sample("audit.regressed", { rules }), language);
    expect(text).toContain(more);
    expect(text).toContain("retired-4");
    expect(text).not.toContain("retired-5");
  });

  it("counts no pages of a rule about the site itself", () => {
    const site = listRules("en").find(({ scope }) => scope === "site");
    expect(compose(sample("audit.regressed", { rules: [worse(site?.id ?? "", "error")] }), "en").text).toContain(`\n${site?.title}.`);
  });
});

describe("a finding", () => {
  it.each(languages)("is named and explained by its rule in %s", (language) => {
    for (const { id, title, fix } of listRules(language)) {
      const message = compose(sample("finding.opened", { ruleId: id, title: "English" }), language);
      expect(message.title).toContain(title);
      expect(message.text).toContain(fix.replace(/\s+/g, " "));
    }
  });

  it("keeps the name that it had when its rule was retired", () => {
    expect(compose(sample("finding.opened", { ruleId: "long-gone", title: "Pages of straw" }), "es").title).toContain("Pages of straw");
  });

  it.each([
    { severity: "error", word: "Error" },
    { severity: "warning", word: "Advertencia" },
    { severity: "info", word: "Información" },
  ] as const)("is as bad as its rule says: $severity", ({ severity, word }) => {
    expect(compose(sample("finding.opened", { severity }), "es")).toMatchObject({ severity, severityWord: word });
  });

  it("says when all of it is new only because nothing was audited before", () => {
    expect(compose(sample("finding.opened", { auditedBefore: false }), "en").text).toContain("first audit of this address");
    expect(compose(sample("finding.opened", { auditedBefore: true }), "en").text).not.toContain("first audit");
  });

  it("about the site itself counts no pages", () => {
    const site = listRules("en").find(({ scope }) => scope === "site");
    const { text, facts } = compose(sample("finding.opened", { ruleId: site?.id, examples: [] }), "en");
    expect(text).toContain("whole site");
    expect(facts.map(({ name }) => name)).not.toContain("Pages");
  });

  it("shows the addresses that it has", () => {
    expect(compose(sample("finding.opened"), "en").examples).toEqual(["https://shop.example/cart", "https://shop.example/terms"]);
  });
});

describe("a message", () => {
  it.each([
    { language: "en", text: "There was nothing to score." },
    { language: "es", text: "No había nada que puntuar." },
  ] as const)("says it in $language when there is no score", ({ language, text }) => {
    const message = compose(sample("audit.completed", { scores: { overall: null } }), language);
    expect(message.text).toContain(text);
    expect(everything(message)).not.toContain("100");
  });

  it.each([
    { language: "en", number: "1,234,567" },
    { language: "es", number: "1.234.567" },
  ] as const)("writes numbers as $language does", ({ language, number }) => {
    expect(compose(sample("audit.completed", { pages: { discovered: 2_000_000, fetched: 1_234_567, failed: 1 } }), language).text).toContain(number);
  });

  it("names an endpoint without a name by its host", () => {
    expect(compose(sample("webhook.failing", { name: null }), "en").title).toContain("hooks.shop.example");
  });

  it("leaves out what is not known", () => {
    const names = compose(sample("audit.cancelled", { startedAt: null, pages: { discovered: 0, fetched: 0, failed: 0 } }), "en").facts.map(({ name }) => name);
    expect(names).toEqual(["Site", "Pages", "Ended"]);
  });

  it("takes from what others wrote whatever hides, turns or ends a line", () => {
    const hostile = "https://shop.example/\u202egnp.exe\u0000\u001b[31m\nX\u200b\u2028Y";
    const message = compose(sample("finding.opened", { url: hostile, title: hostile, ruleId: hostile, examples: [hostile, "\u200b"] }), "en");
    expect(everything(message)).not.toMatch(/[\u202e\u200b\u2028]|\\u00/);
    expect([message.title, ...message.facts.map(({ value }) => value), ...message.examples].join("")).not.toContain("\n");
    expect(message.examples).toHaveLength(1);
  });

  it("bounds what others wrote", () => {
    const long = `https://shop.example/${"🇪🇸ñ".repeat(800)}`.slice(0, 4_096);
    const examples = Array.from({ length: 10 }, () => long);
    const message = compose(sample("finding.opened", { url: long, origin: long, title: "t".repeat(300), ruleId: "r".repeat(100), examples }), "en");
    expect(message.title.length).toBeLessThanOrEqual(200);
    for (const text of [...message.examples, ...message.facts.map(({ value }) => value)]) expect(text.length).toBeLessThanOrEqual(500);
    expect(message.examples).toHaveLength(10);
  });
});
