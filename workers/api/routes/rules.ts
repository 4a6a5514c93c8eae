import { z } from "zod";
import { getRule, listRules, RuleInfo } from "../../../shared/audits/index.ts";
import { Text } from "../../../shared/platform/index.ts";
import { answerLanguage, LanguageQuery } from "../language.ts";
import { api, get } from "../route.ts";

const RuleCatalogue = z.object({ items: z.array(RuleInfo).max(1_000) }).meta({ id: "RuleCatalogue" });

const list = get("/api/v1/rules", {
  id: "listRules",
  tag: "Rules",
  permission: "audits:read",
  limit: "lists",
  summary: "List the rules",
  description: "Every rule that an audit applies: what it finds, why that matters, how to fix it and the sources. The whole catalogue in one answer.",
  query: LanguageQuery,
  ok: RuleCatalogue,
  revalidates: true,
});

const read = get("/api/v1/rules/{id}", {
  id: "getRule",
  tag: "Rules",
  permission: "audits:read",
  limit: "reads",
  summary: "Read a rule",
  description: "What one rule finds, why that matters, how to fix it and the sources.",
  params: z.object({ id: Text(100).describe("Id of the rule, such as `title-missing`") }),
  query: LanguageQuery,
  ok: RuleInfo,
  revalidates: true,
});

export const ruleRoutes = api()
  .openapi(list, (c) => c.json({ items: listRules(answerLanguage(c, c.req.valid("query").lang)) }, 200))
  .openapi(read, (c) => c.json(getRule(c.req.valid("param").id, answerLanguage(c, c.req.valid("query").lang)), 200));
