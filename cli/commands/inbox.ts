import type { ApiClient } from "../../client/index.ts";
import type { NotificationPreferences, ShownNotification } from "../../shared/notifications/index.ts";
import { type Answer, give } from "../answer.ts";
import type { ExitCode } from "../exit-codes.ts";
import { describeFlags, parseFlags } from "../flags.ts";
import { type InboxTask, inboxFlags, inboxTaskOf, preferenceFlags } from "../inbox/inbox-options.ts";
import { findAccount } from "../sign-in/account.ts";
import { accountFlags, accountOptionsOf } from "../sign-in/account-flags.ts";
import { asAccount } from "../sign-in/refusals.ts";
import { table, timeText } from "../table.ts";
import type { Terminal } from "../terminal.ts";

export const help = `mentha inbox: what happened in a workspace that concerns you, newest first

Usage
  mentha inbox [options]
  mentha inbox --preferences
  mentha inbox --email-on TYPE | --email-off TYPE

What to show
${describeFlags(inboxFlags)}

What to be told, and where
${describeFlags(preferenceFlags)}

Options
${describeFlags(accountFlags)}

Exit codes
  0    done
  2    the command line is wrong, you are not signed in, or the key may not see it
  3    it could not be done

Examples
  mentha inbox --unread --mark-read
  mentha inbox --email-on audit.failed
`;

/** `mentha inbox`: shows notifications, marks them as read, and says which of them come by e-mail. */
export async function main(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const given = parseFlags(args, { ...inboxFlags, ...preferenceFlags, ...accountFlags });
  const task = inboxTaskOf(given);
  const account = await findAccount(accountOptionsOf(given), terminal.env);
  const answer = await asAccount(account, terminal, (client) => (task.kind === "list" ? list(client, task, terminal.signal) : preferences(client, task)));
  return give(answer, given.has("json"), terminal);
}

type ListTask = Extract<InboxTask, { kind: "list" }>;

async function list(client: ApiClient, { unread, limit, marksRead, language }: ListTask, signal: AbortSignal): Promise<Answer> {
  const found: ShownNotification[] = [];
  for await (const notification of client.listNotifications({ unread, ...(language === undefined ? {} : { language }) }, signal)) {
    found.push(notification);
    if (found.length === limit) break;
  }
  const [newest] = found;
  if (newest === undefined) return { text: "", json: found, note: unread ? "Nothing is unread." : "Nothing happened yet that concerns you." };
  const lines = found.map((each) => [each.readAt === null ? "*" : "", timeText(each.createdAt), each.title, each.text, aboutOf(each)]);
  const answer = { text: table(["", "time", "what", "more", "about"], lines), json: found };
  if (!marksRead) return answer;
  const { marked, unread: left } = await client.markAllRead({ upTo: newest.id });
  return { ...answer, note: `Marked ${marked} as read${left === 0 ? "" : `; ${left} unread came meanwhile`}.` };
}

/** Id of what it tells of, so that two audits of one site can be told apart. */
const aboutOf = ({ data }: ShownNotification): string => ("auditId" in data ? data.auditId : "");

async function preferences(client: ApiClient, { changes }: Extract<InboxTask, { kind: "preferences" }>): Promise<Answer> {
  const found = changes.length === 0 ? await client.getNotificationPreferences() : await client.changeNotificationPreferences([...changes]);
  return { text: table(["type", "inbox", "e-mail"], found.map(toLine)), json: found };
}

const toLine = ({ type, inApp, email }: NotificationPreferences["items"][number]): string[] => [type, inApp ? "yes" : "no", email ? "yes" : "no"];
