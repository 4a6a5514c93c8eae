import { describe, expect, it } from "vitest";
import { sampleOf } from "../../../../../shared/webhooks/catalogue/catalogue.ts";
import { messageOf } from "../../../../../shared/webhooks/kinds/message-of.ts";

describe("a template", () => {
  const told = { ...sampleOf("finding.opened", "wsp_1", 0), publicUrl: "https://mentha.example", language: "en" } as const;

  it("stands for everything but the title and the link", () => {
    const { title, link } = messageOf({ ...told, templated: undefined });
    expect(messageOf({ ...told, templated: "Look:\n\u202e @here" })).toMatchObject({ title, link, text: "Look:\n@here", facts: [], examples: [] });
  });

  it.each([
    { language: "en", title: /^Test: New finding/ },
    { language: "es", title: /^Prueba: Nuevo hallazgo/ },
  ] as const)("has no say in what is called a test in $language", ({ language, title }) => {
    expect(messageOf({ ...told, language, isTest: true, templated: "Our own words" }).title).toMatch(title);
    expect(messageOf({ ...told, language, templated: undefined }).title).not.toMatch(title);
  });

  it("may be long", () => {
    expect(messageOf({ ...told, templated: "x".repeat(1_000_000) }).text).toHaveLength(10_000);
  });

  it.each([null, 1, {}, ["text"]])("that gives no text is refused: %j", (templated) => {
    expect(() => messageOf({ ...told, templated })).toThrow("must give a text");
  });
});
