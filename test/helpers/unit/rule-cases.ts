import { describe, expect, it } from "vitest";
import type { PageFacts } from "../../../shared/audits/facts/page-facts.ts";
import { type PageRule, renderMessage, type Values } from "../../../shared/audits/rules/rule.ts";
import { languages } from "../../../shared/platform/index.ts";

type Case = readonly [what: string, facts: PageFacts];
type Finding = readonly [what: string, facts: PageFacts, evidence: readonly string[], values?: Values];
type AtLeastOne<Item> = readonly [Item, ...Item[]];

interface Cases {
  readonly finds: AtLeastOne<Finding>;
  readonly passes: AtLeastOne<Case>;
  readonly skips: AtLeastOne<Case>;
}

/** Says of one rule what it finds, what it passes and what it has nothing to say about; every finding must also read well. */
export function describeRule(rule: PageRule, { finds, passes, skips }: Cases): void {
  describe(rule.id, () => {
    it.each(finds.map(([what, facts, evidence, values]) => ({ what, facts, evidence, values })))("finds $what", ({ facts, evidence, values }) => {
      const verdict = rule.check(facts);
      expect(verdict).toMatchObject(values === undefined ? { evidence } : { evidence, values });
      if (typeof verdict === "string") return;
      for (const language of languages) {
        expect(renderMessage(rule.text[language], verdict.values ?? {}, verdict.evidence.length)).not.toMatch(/\{\w+\}/);
      }
    });
    it.each(passes)("passes %s", (_, facts) => {
      expect(rule.check(facts)).toBe("pass");
    });
    it.each(skips)("has nothing to say about %s", (_, facts) => {
      expect(rule.check(facts)).toBe("not-applicable");
    });
  });
}
