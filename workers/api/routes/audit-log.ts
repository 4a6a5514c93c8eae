import type { Context } from "hono";
import { z } from "zod";
import {
  exportInstallationLog,
  exportLog,
  LogEntryList,
  LogExportQuery,
  LogQuery,
  LogVerification,
  LogVerifyQuery,
  listInstallationLog,
  listLog,
  verifyInstallationLog,
  verifyLog,
} from "../../../shared/audit-log/index.ts";
import type { Permission } from "../../../shared/platform/index.ts";
import { logListExample, logVerificationExample } from "../audit-log-examples.ts";
import { savedAs } from "../download.ts";
import type { SignedInEnv } from "../env.ts";
import { answerLanguage, LanguageQuery } from "../language.ts";
import { stillMayAs } from "../look-again.ts";
import { api, get } from "../route.ts";
import { textStream } from "../text-stream.ts";
import { whileAllowed } from "../while-allowed.ts";

const listing = {
  query: LogQuery,
  ok: LogEntryList,
  examples: { answer: logListExample },
} as const;
const verifying = {
  query: LogVerifyQuery,
  ok: LogVerification,
  examples: { answer: logVerificationExample },
} as const;
const exporting = {
  query: LogExportQuery.extend(LanguageQuery.shape),
  ok: z.string().max(2_147_483_647),
  produces: ["text/csv", "application/x-ndjson"],
} as const;
const ofWorkspace = { tag: "Audit log", permission: "audit-log:read" } as const;
const ofInstallation = { tag: "Operations", permission: "operations:read" } as const;

const pageText = "Filters look at 10,000 entries a page, so a page may have fewer than `limit`, even none: the last one is the one without `nextCursor`.";
const verifyText =
  "Seals what is new, then compares entries and seals from the first on, some thousand entries a page. Every page must hold, and what no seal covers yet cannot be checked.";

const list = get("/api/v1/audit-log", {
  ...ofWorkspace,
  ...listing,
  id: "listAuditLog",
  limit: "lists",
  summary: "List the audit log",
  description: `Who changed what in the workspace, newest first. ${pageText}`,
});

const verify = get("/api/v1/audit-log/verify", {
  ...ofWorkspace,
  ...verifying,
  id: "verifyAuditLog",
  limit: "reads",
  cost: 5,
  summary: "Verify the audit log",
  description: `Says whether the workspace's log is as it was written, what no seal covers yet, and what was changed, added or removed. ${verifyText}`,
});

const exportAll = get("/api/v1/audit-log/export", {
  ...ofWorkspace,
  ...exporting,
  id: "exportAuditLog",
  limit: "exports",
  summary: "Export the audit log",
  description: "The entries that fit the filters, newest first, as a file. That somebody exported them is itself in the log.",
});

const listOwn = get("/api/admin/audit-log", {
  ...ofInstallation,
  ...listing,
  id: "listInstallationAuditLog",
  limit: "admin",
  summary: "List the installation's audit log",
  description: `What belongs to no workspace: sign-ins, accounts, and what operators did. Newest first. ${pageText}`,
});

const verifyOwn = get("/api/admin/audit-log/verify", {
  ...ofInstallation,
  ...verifying,
  id: "verifyInstallationAuditLog",
  limit: "reads",
  cost: 5,
  summary: "Verify the installation's audit log",
  description: `As for a workspace, for what belongs to none. ${verifyText}`,
});

const exportOwn = get("/api/admin/audit-log/export", {
  ...ofInstallation,
  ...exporting,
  id: "exportInstallationAuditLog",
  limit: "exports",
  summary: "Export the installation's audit log",
  description: "What belongs to no workspace, newest first, as a file. That somebody exported it is itself in the log.",
});

type Format = LogExportQuery["format"];

const contentTypes: Readonly<Record<Format, string>> = {
  csv: "text/csv; charset=utf-8; header=present",
  ndjson: "application/x-ndjson",
};

function fileHeaders(format: Format, at: number): Record<string, string> {
  return { "Content-Type": contentTypes[format], "Content-Disposition": savedAs({ what: "audit-log", at, extension: format }) };
}

function fileBody(c: Context<SignedInEnv>, text: AsyncGenerator<string, void>, permission: Permission): ReadableStream<Uint8Array> {
  return textStream(c, "export of the audit log", whileAllowed(text, { now: c.var.ctx.now, lookAgain: stillMayAs(c, permission) }));
}

/** Only a spreadsheet has words in a language. */
const languageOf = (c: Context, { format, lang }: z.infer<typeof exporting.query>) => (format === "csv" ? answerLanguage(c, lang) : "en");

export const auditLogRoutes = api()
  .openapi(list, async (c) => c.json(await listLog(c.var.ctx, c.req.valid("query")), 200))
  .openapi(verify, async (c) => c.json(await verifyLog(c.var.ctx, c.env.STORE, c.req.valid("query")), 200))
  .openapi(exportAll, async (c) => {
    const { lang, ...query } = c.req.valid("query");
    const text = await exportLog(c.var.ctx, query, languageOf(c, { ...query, lang }));
    return c.body(fileBody(c, text, ofWorkspace.permission), 200, fileHeaders(query.format, c.var.ctx.now()));
  })
  .openapi(listOwn, async (c) => c.json(await listInstallationLog(c.var.ctx, c.req.valid("query")), 200))
  .openapi(verifyOwn, async (c) => c.json(await verifyInstallationLog(c.var.ctx, c.env.STORE, c.req.valid("query")), 200))
  .openapi(exportOwn, async (c) => {
    const { lang, ...query } = c.req.valid("query");
    const text = await exportInstallationLog(c.var.ctx, query, languageOf(c, { ...query, lang }));
    return c.body(fileBody(c, text, ofInstallation.permission), 200, fileHeaders(query.format, c.var.ctx.now()));
  });
