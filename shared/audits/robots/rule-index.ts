import { LiteralIndex } from "./literal-index.ts";
import type { Rule } from "./parse-robots.ts";
import { gramsOf, WildcardMatcher } from "./path-pattern.ts";
import type { Work } from "./work.ts";

/** A path that is asked about, as every group of a file needs it. */
export class AskedPath {
  readonly text: string;
  #grams: ReadonlySet<string> | null = null;

  constructor(text: string) {
    this.text = text;
  }

  /** Made when the first wildcard needs them: most files have none. */
  holds(gram: string, work: Work): boolean {
    if (this.#grams === null) {
      work.spend(this.text.length);
      this.#grams = gramsOf(this.text);
    }
    return this.#grams.has(gram);
  }
}

/** Looking at a rule, or into a group, costs about as much as looking at so many characters. */
const stepsPerRule = 4;
const stepsPerGroup = 100;

/** The rules of one group, prepared once for many questions. */
export class RuleIndex {
  readonly #literals: LiteralIndex;
  readonly #wildcards: readonly { readonly rule: Rule; readonly matcher: WildcardMatcher }[];

  constructor(rules: readonly Rule[]) {
    const ranked = rules.toSorted((a, b) => (outranks(a, b) ? -1 : outranks(b, a) ? 1 : 0));
    const isLiteral = ({ pattern }: Rule): boolean => pattern.parts.length === 1;
    this.#literals = new LiteralIndex(ranked.filter(isLiteral));
    const wildcards = new Map<string, Rule>();
    for (const rule of ranked.filter((each) => !isLiteral(each))) {
      // Of patterns that match the same paths the first in rank decides.
      const key = `${rule.pattern.parts.join("*")}${rule.pattern.anchored ? "*$" : ""}`;
      if (!wildcards.has(key)) wildcards.set(key, rule);
    }
    this.#wildcards = [...wildcards.values()].map((rule) => ({ rule, matcher: new WildcardMatcher(rule.pattern) }));
  }

  /** The rule of highest rank that matches and outranks `best`, or else `best`; no answer once the work is exceeded. */
  decide(path: AskedPath, best: Rule | null, work: Work): Rule | null {
    work.spend(stepsPerGroup);
    for (const rule of this.#literals.find(path.text, work)) {
      if (outranks(rule, best)) best = rule;
    }
    for (const { rule, matcher } of this.#wildcards) {
      if (work.isExceeded || !outranks(rule, best)) break;
      work.spend(stepsPerRule);
      if (matcher.beginsLike(path.text) && path.holds(matcher.gram, work) && matcher.matches(path.text, work)) return rule;
    }
    return best;
  }
}

/** The longer rule, Allow between two of one length, the first of equals. */
function outranks({ allow, line, pattern }: Rule, best: Rule | null): boolean {
  if (best === null) return true;
  if (pattern.octets !== best.pattern.octets) return pattern.octets > best.pattern.octets;
  return allow === best.allow ? line < best.line : allow;
}
