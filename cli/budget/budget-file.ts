import { z } from "zod";
import { categories, listRules, severities } from "../../shared/audits/index.ts";
import { strictNames } from "../files/json-file.ts";

const score = (description: string) => {
  const write = "write a whole number from 0 to 100";
  return z.int(write).min(0, write).max(100, write).describe(description);
};
const count = (description: string) => {
  const write = "write a whole number of 0 or more";
  return z.int(write).min(0, write).describe(description);
};

/** The same entry, optional, for each name. */
const forEach = <Name extends string, T extends z.ZodType>(names: readonly Name[], entry: (name: Name) => T) =>
  Object.fromEntries(names.map((name) => [name, entry(name).optional()]));

const OwnLimit = strictNames({ maxFindings: count("How many findings of this rule pass") });
const RuleBudget = z
  .union([z.literal("off"), OwnLimit], 'write "off", or a limit such as { "maxFindings": 0 }')
  .meta({ id: "RuleBudget", title: "One rule", description: 'A limit of its own, or "off". Either way its findings do not count towards `maxFindings`.' });

const rules = listRules("en");
const titles = new Map(rules.map(({ id, title }) => [id, title]));
/** Categories in which a rule weighs: the others never have a score, so a lowest one could only be missed. */
const scored = categories.filter((category) => rules.some((rule) => rule.category === category && rule.severity !== "info"));

/** The budget file of `--budget`. Every text for its writers: `describe` for editors, the messages for the terminal. */
export const BudgetFile = strictNames({
  $schema: z.string("write the address of this schema").optional().describe("Where editors find this schema"),
  minScore: score("The lowest overall score that passes").optional(),
  minScores: strictNames(
    forEach(scored, (category) => score(`The lowest score that passes in the category ${category}`)),
    "Categories that may be given",
  )
    .optional()
    .describe("The lowest score that passes, by category. A category in which nothing that weighs was checked has no score, and misses"),
  maxFindings: strictNames(forEach(severities, (severity) => count(`How many findings of severity ${severity} pass`)))
    .optional()
    .describe("How many findings pass, by severity; no limit where none is named. With a baseline, only new findings count"),
  rules: strictNames(forEach([...titles.keys()], (id) => RuleBudget.meta({ description: titles.get(id) ?? id })))
    .optional()
    .describe("Single rules. With a baseline, only new findings count. Scores do not change"),
  minPages: count("How many addresses must have answered with success (HTTP status 200 to 299)").optional(),
  maxFailedPages: count("How many addresses may have given no answer at all; an error page is an answer").optional(),
}).meta({ title: "Budget of mentha audit", description: "What an audit must reach for `mentha audit --budget` to end with 0. Every key is optional." });
export type BudgetFile = z.infer<typeof BudgetFile>;
