import { z } from "zod";
import { AnyUrl, Count, Id, Millis, Percent, Text } from "../../platform/index.ts";

/** Addresses that a second look fetches at most, beside the start page. */
export const mostPages = 10;

const Score = Percent.nullable().describe("The overall score, 0–100; null when there was nothing to check");

const suspicion = {
  baseId: Id("audit").describe("The audit before with the same options, with which this one was compared"),
  baseFinishedAt: Millis.describe("When that one ended: until then all was well"),
  rules: z
    .array(
      z.object({
        ruleId: Text(100),
        pages: Count.describe("Pages of this audit that fail the rule; 1 where the site itself does"),
        pagesBefore: Count.describe("Pages that failed it before"),
        examples: z
          .array(AnyUrl)
          .max(mostPages)
          .describe("Pages that did not fail it before, and failed it at the second look as well; empty for a rule about the site itself"),
      }),
    )
    .max(200)
    .describe("What got worse, errors first"),
  score: z.object({ before: Score, now: Score }),
};

/** What seems to be worse than before, with the pages to look at again as `examples`; kept with the audit that looks. */
export const Suspicion = z.object(suspicion);
export type Suspicion = z.infer<typeof Suspicion>;

/** What got worse since the audit before, and was so at a second look. */
export const Regression = z.object({ ...suspicion, confirmedAt: Millis.describe("When the second look ended") }).meta({ id: "Regression" });
export type Regression = z.infer<typeof Regression>;
