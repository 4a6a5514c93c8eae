import { type Category, categories, type Severity, severities } from "../../shared/audits/index.ts";
import type { BudgetFile } from "./budget-file.ts";

/** A limit, and where it stands: `--fail-under`, or `minScore in mentha-budget.json`. */
export interface Asked {
  readonly value: number;
  readonly by: string;
}

const byBaseline = "--baseline";

/** What an audit must reach for the command to succeed; what is absent is not asked for. */
export interface Budget {
  readonly minScore: Asked | undefined;
  readonly minScores: ReadonlyMap<Category, Asked>;
  readonly maxFindings: ReadonlyMap<Severity, Asked>;
  /** Rules that do not count towards `maxFindings`: each has a limit of its own, or none. */
  readonly rules: ReadonlyMap<string, Asked | "off">;
  readonly minPages: Asked | undefined;
  readonly maxFailedPages: Asked | undefined;
}

/** Limits given as options, which win over the same limits of a file. */
export interface BudgetOptions {
  /** The lowest overall score that passes. */
  readonly failUnder: number | undefined;
  /** The most findings of severity error that pass. */
  readonly maxErrors: number | undefined;
}

interface Sources extends BudgetOptions {
  /** What `--budget` names, and what is in it. */
  readonly file: { readonly name: string; readonly asks: BudgetFile } | undefined;
  /** With a baseline and no limit on findings, new errors and warnings are not allowed: else the baseline would decide nothing. */
  readonly hasBaseline: boolean;
}

/** One budget out of everything that was asked for. */
export function budgetOf({ file, failUnder, maxErrors, hasBaseline }: Sources): Budget {
  const asks = file?.asks ?? {};
  const inFile = (key: string, value: number | undefined): Asked | undefined => (value === undefined ? undefined : { value, by: `${key} in ${file?.name}` });
  const option = (name: string, value: number | undefined): Asked | undefined => (value === undefined ? undefined : { value, by: name });
  const rules = Object.entries(asks.rules ?? {}).flatMap(([id, own]): [string, Asked | "off"][] => {
    const limit = own === "off" ? own : inFile(`rules.${id}`, own?.maxFindings);
    return limit === undefined ? [] : [[id, limit]];
  });
  const maxFindings = given(severities, (severity) => {
    const asked = severity === "error" ? option("--max-errors", maxErrors) : undefined;
    return asked ?? inFile(`maxFindings.${severity}`, asks.maxFindings?.[severity]);
  });
  const limitsFindings = maxFindings.size > 0 || rules.some(([, limit]) => limit !== "off");
  const onlyKnown = given(["error", "warning"] as const, () => option(byBaseline, 0));
  return {
    minScore: option("--fail-under", failUnder) ?? inFile("minScore", asks.minScore),
    minScores: given(categories, (category) => inFile(`minScores.${category}`, asks.minScores?.[category])),
    maxFindings: hasBaseline && !limitsFindings ? onlyKnown : maxFindings,
    rules: new Map(rules),
    minPages: inFile("minPages", asks.minPages),
    maxFailedPages: inFile("maxFailedPages", asks.maxFailedPages),
  };
}

/** Everything that it asks for. */
const allAsked = ({ minScore, minScores, maxFindings, rules, minPages, maxFailedPages }: Budget): readonly Asked[] =>
  [minScore, minPages, maxFailedPages, ...minScores.values(), ...maxFindings.values(), ...rules.values()].filter(
    (asked) => asked !== undefined && asked !== "off",
  );

/** Whether it asks for anything at all. */
export const asksForSomething = (budget: Budget): boolean => allAsked(budget).length > 0;

/** Whether all it asks for is that nothing comes which the baseline does not have: nobody wrote a budget then. */
export const asksOnlyForNothingNew = (budget: Budget): boolean => asksForSomething(budget) && allAsked(budget).every(({ by }) => by === byBaseline);

function given<Key>(keys: readonly Key[], askedOf: (key: Key) => Asked | undefined): Map<Key, Asked> {
  return new Map(
    keys.flatMap((key): [Key, Asked][] => {
      const asked = askedOf(key);
      return asked === undefined ? [] : [[key, asked]];
    }),
  );
}
