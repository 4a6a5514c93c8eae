import { z } from "zod";
import { categories, describeFinding, severities } from "../../audits/index.ts";
import { AnyUrl, Count, Id, Millis, Text } from "../../platform/index.ts";
import { entry, type PresentDeps, type Presented, type StoredOf } from "./entry.ts";

const Finding = z.strictObject({
  auditId: Id("audit").describe("Id of the audit that found it, or found it fixed"),
  url: AnyUrl.describe("Where the audit started"),
  origin: AnyUrl.describe("Scheme, host and port of the site"),
  ruleId: Text(100).describe("Such as `title-missing`"),
  title: Text(300).describe("Names the problem, in English"),
  severity: z
    .enum(severities)
    .describe("Of the rule: how bad this finding is. The severity of the type of event, `warning` or `good`, is the same for every rule"),
  category: z.enum(categories).describe("What the rule is about"),
  pages: Count.describe("Pages that fail the rule now, each of which is a finding in `counts` of `audit.completed`; 1 where the site itself fails"),
  checked: Count.describe("Pages for which the rule was checked; 1 where it is about the site itself"),
  pagesBefore: Count.describe("Pages that failed in the last audit before that checked the rule; 0 when there was none"),
  examples: z.array(AnyUrl).max(10).describe("Some pages that fail; of a finding that is fixed, some that did. Empty for one about the site itself"),
  since: Millis.describe("When the first audit in a row found it"),
  auditedBefore: z
    .boolean()
    .describe("Whether there was an audit of the same address before, with whatever options: the first one opens everything that it finds"),
});
type Finding = z.infer<typeof Finding>;

const subjectOf = ({ origin, ruleId }: { readonly origin: string; readonly ruleId: string }): string => `finding:${origin} ${ruleId}`;

const exampleOf = {
  auditId: "aud_01kaq3v8e0000000000000000a",
  url: "https://shop.example/",
  origin: "https://shop.example",
  ruleId: "title-missing",
  title: "Page without a title",
  severity: "error",
  category: "content",
  checked: 61,
  auditedBefore: true,
} as const;

/** What a rule says of a site, where that changed from one audit to the next. */
export const findingEntries = {
  "finding.opened": entry("finding.opened", {
    version: 1,
    data: Finding,
    example: {
      ...exampleOf,
      pages: 2,
      pagesBefore: 0,
      examples: ["https://shop.example/cart", "https://shop.example/terms"],
      since: 1_795_338_044_800,
    },
    description: {
      en: "An audit found pages that fail a rule, and the audit before of the same address with the same options found none; where there was none with the same options, the last one with any; the first audit of an address opens all that it finds. One event for a rule on a site, however many pages fail. Rules that only inform open no finding.",
      es: "Una auditoría ha encontrado páginas que no cumplen una regla, y la anterior de la misma dirección con las mismas opciones no encontró ninguna; si no la hubo con las mismas opciones, la última con cualesquiera; la primera auditoría de una dirección abre todo lo que encuentra. Un evento por regla y sitio, sean cuantas sean las páginas. Las reglas que solo informan no abren hallazgos.",
    },
    severity: "warning",
    subjectOf,
    present: describe,
  }),
  "finding.fixed": entry("finding.fixed", {
    version: 1,
    data: Finding,
    example: {
      ...exampleOf,
      pages: 0,
      pagesBefore: 2,
      examples: ["https://shop.example/cart", "https://shop.example/terms"],
      since: 1_794_733_244_100,
    },
    description: {
      en: "No page fails a rule any more that some failed in the audit before of the same address with the same options. What an audit did not check again is not fixed, nor is what an audit with other options does not find. One event for a rule on a site.",
      es: "Ninguna página incumple ya una regla que algunas incumplían en la auditoría anterior de la misma dirección con las mismas opciones. Lo que una auditoría no volvió a comprobar no está corregido, ni lo que una con otras opciones no encuentra. Un evento por regla y sitio.",
    },
    severity: "good",
    subjectOf,
    present: describe,
  }),
} as const;

async function describe({ db }: PresentDeps, event: StoredOf<"finding.opened" | "finding.fixed">): Promise<Presented<Finding> | null> {
  const { workspaceId, data } = event;
  const finding = await describeFinding(db, { workspaceId, ...data });
  if (finding === null) return null;
  const { pagesBefore, examples, ...found } = finding;
  return { data: { ...data, ...found, pagesBefore: pagesBefore ?? 0, examples: [...examples], auditedBefore: pagesBefore !== null }, origin: data.origin };
}
