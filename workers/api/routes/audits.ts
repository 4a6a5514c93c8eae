import { z } from "zod";
import { crawlsOf } from "../../../durable-objects/stubs.ts";
import {
  Audit,
  AuditList,
  CreateAuditInput,
  cancelAudit,
  createAudit,
  deleteAudit,
  FindingList,
  getAudit,
  getLiveAudit,
  ListAuditsQuery,
  ListFindingsQuery,
  ListPagesQuery,
  listAudits,
  listFindings,
  listPages,
  PageList,
  RerunAuditInput,
  rerunAudit,
} from "../../../shared/audits/index.ts";
import { auditEvents } from "../audit-events.ts";
import { auditParams as params } from "../audit-params.ts";
import { auditExample, createAuditExample, regressedAuditExample } from "../examples.ts";
import { answerLanguage, LanguageQuery } from "../language.ts";
import { locationOf } from "../location.ts";
import { api, del, get, post } from "../route.ts";

const auditPath = "/api/v1/audits/{id}";

const create = post("/api/v1/audits", {
  id: "createAudit",
  tag: "Audits",
  permission: "audits:write",
  limit: "audits",
  idempotent: "db",
  location: auditPath,
  counts: "audits",
  summary: "Audit a site",
  description: "Starts to crawl and judge a site. The answer comes at once; follow the audit at its `events` or read it at the address in `Location`.",
  body: CreateAuditInput,
  accepted: Audit,
  examples: { body: createAuditExample, answer: auditExample },
});

const list = get("/api/v1/audits", {
  id: "listAudits",
  tag: "Audits",
  permission: "audits:read",
  limit: "lists",
  summary: "List audits",
  description: "The workspace's audits by when they were started, newest first unless `sort` says otherwise; of one state with `status`.",
  query: ListAuditsQuery,
  ok: AuditList,
  examples: { answer: { items: [auditExample] } },
});

const read = get(auditPath, {
  id: "getAudit",
  tag: "Audits",
  permission: "audits:read",
  limit: "reads",
  summary: "Read an audit",
  description: "Its state, how far it is, and, once it is completed, its scores.",
  params,
  ok: Audit,
  examples: { answer: regressedAuditExample },
});

const pages = get("/api/v1/audits/{id}/pages", {
  id: "listAuditPages",
  tag: "Audits",
  permission: "audits:read",
  limit: "lists",
  summary: "List an audit's pages",
  description: "What was fetched, in the order of discovery. Rows appear while the audit runs, and may go before the audit does.",
  params,
  query: ListPagesQuery,
  ok: PageList,
  refusals: { gone: "The workspace keeps pages for some days only (`pageRetentionDays`), and these are over" },
});

const findings = get("/api/v1/audits/{id}/findings", {
  id: "listAuditFindings",
  tag: "Audits",
  permission: "audits:read",
  limit: "lists",
  summary: "List an audit's findings",
  description: "What the rules found, with the message in the language asked for.",
  params,
  query: ListFindingsQuery.extend(LanguageQuery.shape),
  ok: FindingList,
});

const rerun = post("/api/v1/audits/{id}/rerun", {
  id: "rerunAudit",
  tag: "Audits",
  permission: "audits:write",
  limit: "audits",
  idempotent: "db",
  location: auditPath,
  counts: "audits",
  summary: "Audit the same again",
  description:
    "Starts a new audit of the same address with the same options as one that has ended. When that one was made with request headers, give them again: their values are not kept.",
  params,
  body: RerunAuditInput,
  bodyOptional: true,
  accepted: Audit,
  conflict: "The audit has not ended yet",
  examples: { answer: auditExample },
});

const cancel = post("/api/v1/audits/{id}/cancel", {
  id: "cancelAudit",
  tag: "Audits",
  permission: "audits:write",
  limit: "audits",
  summary: "Cancel an audit",
  description: "Stops an audit that is queued or running. What was found so far stays readable.",
  params,
  ok: Audit,
  conflict: "The audit has ended already",
  examples: { answer: { ...auditExample, status: "cancelled" } },
});

const remove = del("/api/v1/audits/{id}", {
  id: "deleteAudit",
  tag: "Audits",
  permission: "audits:write",
  limit: "audits",
  summary: "Delete an audit",
  description: "Removes an audit with its pages, findings and snapshots; one under way is cancelled first. This cannot be undone.",
  params,
  noContent: "Deleted",
});

const events = get("/api/v1/audits/{id}/events", {
  id: "watchAudit",
  tag: "Audits",
  permission: "audits:read",
  limit: "reads",
  holds: "streams",
  summary: "Watch an audit",
  description:
    "Server-sent events: `progress` whenever it changes, then `done` with the audit. A stream lasts five minutes at most; connect again unless `done` came.",
  params,
  ok: z.string().max(10_000_000),
  produces: "text/event-stream",
});

export const auditRoutes = api()
  .openapi(create, async (c) => {
    const audit = await createAudit(c.var.ctx, c.req.valid("json"));
    return c.json(audit, 202, locationOf(auditPath, audit));
  })
  .openapi(rerun, async (c) => {
    const audit = await rerunAudit(c.var.ctx, c.req.valid("param").id, c.req.valid("json"));
    return c.json(audit, 202, locationOf(auditPath, audit));
  })
  .openapi(list, async (c) => c.json(await listAudits(c.var.ctx, c.req.valid("query")), 200))
  .openapi(read, async (c) => c.json(await getLiveAudit(c.var.ctx, crawlsOf(c.env), c.req.valid("param").id), 200))
  .openapi(pages, async (c) => c.json(await listPages(c.var.ctx, c.req.valid("param").id, c.req.valid("query")), 200))
  .openapi(findings, async (c) => {
    const { lang, ...query } = c.req.valid("query");
    const found = await listFindings(c.var.ctx, c.req.valid("param").id, query, answerLanguage(c, lang));
    return c.json(found, 200);
  })
  .openapi(cancel, async (c) => c.json(await cancelAudit(c.var.ctx, crawlsOf(c.env), c.req.valid("param").id), 200))
  .openapi(remove, async (c) => {
    await deleteAudit(c.var.ctx, c.req.valid("param").id);
    return c.body(null, 204);
  })
  .openapi(events, async (c) => {
    const { id } = c.req.valid("param");
    await getAudit(c.var.ctx, id); // one that does not exist is a 404, not a stream that breaks off
    return c.body(auditEvents(c.var.ctx, crawlsOf(c.env), id), 200, {
      "Content-Type": "text/event-stream; charset=utf-8",
      "Cache-Control": "no-store",
      "X-Accel-Buffering": "no",
    });
  });
