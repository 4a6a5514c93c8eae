import { and, eq } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { members } from "../db/schema/index.ts";
import { type FindNotificationMail, findMemberNames } from "../identity/index.ts";
import { findEvent, type Language } from "../platform/index.ts";
import { findToldReport, reportLines } from "../reports/index.ts";
import { isTelling, tellingOf } from "./kinds.ts";
import { findReaders } from "./readers.ts";
import { withName } from "./rows.ts";
import type { Said } from "./schemas.ts";
import { inWords } from "./texts.ts";

interface MailDeps {
  readonly directory: Database;
  readonly databaseOf: (workspaceId: string) => Database;
}

/** Finds out what the e-mail of a notification says, as things stand when it is sent: who left meanwhile, or wants no more of these, gets none. */
export function findNotificationMailWith({ directory, databaseOf }: MailDeps): FindNotificationMail {
  return async ({ eventId, workspaceId, userId }) => {
    const db = databaseOf(workspaceId);
    const event = (await findEvent(db, eventId)) ?? (await findEvent(directory, eventId));
    if (event === null || !isTelling(event)) return null;
    const telling = await tellingOf(event, db);
    if (telling === null) return null;
    const [reader] = await findReaders(directory, workspaceId, event.type, and(telling.who, eq(members.userId, userId)));
    if (reader === undefined || !reader.email) return null;
    const { said } = telling;
    const { language, timeZone, address: to, workspaceName: name } = reader;
    const names = said.type === "member.joined" ? await findMemberNames(directory, workspaceId, [said.data.userId]) : new Map<string, string>();
    const told = withName(said, names);
    const words = { en: inWords("en", told), es: inWords("es", told) };
    return {
      to,
      reader: { language, timeZone },
      says: {
        kind: "notification",
        type: said.type,
        words,
        more: await moreOf(said, db, workspaceId),
        workspace: { id: workspaceId, name },
        path: pathOf(said, language),
      },
    };
  };
}

/** What an e-mail says beside the sentence that the inbox has: of a report the main things, since many read no further. */
async function moreOf({ data }: Said, db: Database, workspaceId: string): Promise<Readonly<Record<Language, readonly string[]>>> {
  const told = "reportId" in data ? await findToldReport(db, workspaceId, data.reportId) : null;
  return told === null ? { en: [], es: [] } : { en: reportLines(told, "en"), es: reportLines(told, "es") };
}

/** Where the API has what it tells of; null where that is nothing to look at. */
function pathOf({ data }: Said, language: Language): string | null {
  if ("reportId" in data) return `/api/v1/reports/${data.reportId}/report.pdf?lang=${language}`;
  if ("auditId" in data) return `/api/v1/audits/${data.auditId}`;
  return "webhookId" in data ? `/api/v1/webhooks/${data.webhookId}` : null;
}
