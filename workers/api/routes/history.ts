import { z } from "zod";
import {
  AuditDiff,
  DiffFindingList,
  DiffFindingsQuery,
  DiffQuery,
  getDiff,
  getTrends,
  listDiffFindings,
  ProjectTrends,
  TrendsQuery,
} from "../../../shared/audits/index.ts";
import { Id } from "../../../shared/platform/index.ts";
import { auditParams as params } from "../audit-params.ts";
import { diffExample, diffFindingExample, trendsExample } from "../history-examples.ts";
import { answerLanguage, LanguageQuery } from "../language.ts";
import { api, get } from "../route.ts";

/** What two audits are compared with. */
const comparing = { tag: "Audits", permission: "audits:read", params, conflict: "The audit is not completed" } as const;

const diff = get("/api/v1/audits/{id}/diff", {
  ...comparing,
  id: "getAuditDiff",
  limit: "diffs",
  summary: "Compare two audits",
  description:
    "What changed since the audit before of the same address, or since another one of the same site (`base`): scores over the rules that both checked, and how many findings are new, open, fixed, not looked at again and muted, in all and by rule.",
  query: DiffQuery,
  ok: AuditDiff,
  examples: { answer: diffExample },
});

const diffFindings = get("/api/v1/audits/{id}/diff/findings", {
  ...comparing,
  id: "listAuditDiffFindings",
  limit: "diffs",
  summary: "List the findings of two audits",
  description: "What the audit has comes first, then what only the other one had, each with what became of it; of one state with `state`.",
  query: DiffFindingsQuery.extend(LanguageQuery.shape),
  ok: DiffFindingList,
  examples: { answer: { items: [diffFindingExample] } },
});

const trends = get("/api/v1/projects/{id}/trends", {
  id: "getProjectTrends",
  tag: "Projects",
  permission: "audits:read",
  limit: "reports",
  summary: "Read the trends of a project",
  description:
    "Scores and numbers of findings of each site over time, one point for each completed audit, oldest first: of each site the newest 200 at most, and 2,000 in all, of each site as many as of any other. `auditsLeftOut` says how many older ones there are.",
  params: z.object({ id: Id("project").describe("Id of the project") }),
  query: TrendsQuery,
  ok: ProjectTrends,
  examples: { answer: trendsExample },
});

export const historyRoutes = api()
  .openapi(diff, async (c) => c.json(await getDiff(c.var.ctx, c.req.valid("param").id, c.req.valid("query")), 200))
  .openapi(diffFindings, async (c) => {
    const { lang, ...query } = c.req.valid("query");
    return c.json(await listDiffFindings(c.var.ctx, c.req.valid("param").id, query, answerLanguage(c, lang)), 200);
  })
  .openapi(trends, async (c) => c.json(await getTrends(c.var.ctx, c.req.valid("param").id, c.req.valid("query")), 200));
