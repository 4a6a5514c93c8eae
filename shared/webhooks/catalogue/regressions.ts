import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { gravestOf, listRules, Regression, severities } from "../../audits/index.ts";
import { readTogether } from "../../db/read-together.ts";
import { audits } from "../../db/schema/index.ts";
import { AnyUrl, Count, Id, Millis, Percent, Text } from "../../platform/index.ts";
import { entry, type PresentDeps, type Presented, type StoredOf } from "./entry.ts";

/** Pages named for one rule. */
const mostExamples = 5;

const Score = Percent.nullable().describe("0–100; null when there was nothing to score");

const Worse = z.strictObject({
  ruleId: Text(100).describe("Such as `http-5xx`"),
  title: Text(300).describe("Names the problem, in English"),
  severity: z.enum(severities).describe("Of the gravest findings of the rule"),
  pages: Count.describe("Pages that fail the rule now; 1 where the site itself fails"),
  pagesBefore: Count.describe("Pages that failed it in the audit before"),
  examples: z
    .array(AnyUrl)
    .max(mostExamples)
    .describe("Pages that did not fail it before, and did at the second look too; empty for a rule about the site itself"),
});

const Regressed = z.strictObject({
  auditId: Id("audit").describe("Id of the audit that found it"),
  url: AnyUrl.describe("Where the crawl starts"),
  origin: AnyUrl.describe("Scheme, host and port of the site"),
  baseId: Id("audit").describe("Id of the audit before, of the same address and with the same options"),
  rules: z
    .array(Worse)
    .max(200)
    .describe(
      "What got worse, errors first: for each rule its `ruleId`, `title` (in English) and `severity`, the `pages` that fail it now and those that did before (`pagesBefore`), and up to 5 `examples`, which failed it at the second look too",
    ),
  scores: z.strictObject({ before: Score, now: Score }).describe("The overall scores of both audits"),
  wellUntil: Millis.describe("When the audit before ended: it was not so then"),
  foundAt: Millis.describe("When the audit ended that found it"),
  confirmedAt: Millis.describe("When the second look ended"),
  reportPath: Text(200).describe("Where the report is, below the address of the installation"),
});
type Regressed = z.infer<typeof Regressed>;

const auditId = "aud_01kaq3v8e0000000000000000a";
const reportPathOf = (id: string): string => `/api/v1/audits/${id}/report.html`;

/** When a site got worse. */
export const regressionEntries = {
  "audit.regressed": entry("audit.regressed", {
    version: 1,
    data: Regressed,
    example: {
      auditId,
      url: "https://shop.example/",
      origin: "https://shop.example",
      baseId: "aud_01ka7k2m40000000000000000b",
      rules: [
        {
          ruleId: "http-5xx",
          title: "Server error",
          severity: "error",
          pages: 3,
          pagesBefore: 0,
          examples: ["https://shop.example/cart", "https://shop.example/checkout"],
        },
      ],
      scores: { before: 87, now: 74 },
      wellUntil: 1_794_733_244_100,
      foundAt: 1_795_338_044_800,
      confirmedAt: 1_795_338_051_300,
      reportPath: reportPathOf(auditId),
    },
    description: {
      en: "A site got worse: pages fail a rule that none failed in the audit before with the same options, or the score fell by 5 points or more, and a second look at some of these pages right after the audit found the same. What is muted, and rules that only inform, do not count. One event for an audit.",
      es: "Un sitio ha empeorado: hay páginas que incumplen una regla que ninguna incumplía en la auditoría anterior con las mismas opciones, o la puntuación ha bajado 5 puntos o más, y al mirar otra vez algunas de esas páginas justo después de la auditoría seguía siendo así. No cuentan lo silenciado ni las reglas que solo informan. Un evento por auditoría.",
    },
    severity: "warning",
    subjectOf: ({ origin }) => `regression:${origin}`,
    present: describe,
  }),
} as const;

async function describe({ db }: PresentDeps, { workspaceId, data }: StoredOf<"audit.regressed">): Promise<Presented<Regressed> | null> {
  const where = and(eq(audits.id, data.auditId), eq(audits.workspaceId, workspaceId), isNull(audits.deletedAt));
  const [row] = await readTogether(db, db.select().from(audits).where(where));
  if (row === undefined || row.regression === null) return null;
  const { rules, score, baseFinishedAt, confirmedAt } = Regression.parse(row.regression);
  const known = new Map(listRules("en").map((rule) => [rule.id, rule]));
  return {
    data: {
      ...data,
      url: row.url,
      // A rule that was retired meanwhile says nothing any more.
      rules: rules.flatMap(({ examples, ...worse }) => {
        const rule = known.get(worse.ruleId);
        return rule === undefined
          ? []
          : [{ ...worse, title: rule.title, severity: gravestOf(rule.id) ?? rule.severity, examples: examples.slice(0, mostExamples) }];
      }),
      scores: score,
      wellUntil: baseFinishedAt,
      foundAt: row.finishedAt ?? row.createdAt,
      confirmedAt,
      reportPath: reportPathOf(row.id),
    },
    origin: data.origin,
  };
}
