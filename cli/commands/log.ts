import type { LogReader } from "../../client/index.ts";
import type { LogEntry } from "../../shared/audit-log/index.ts";
import { give } from "../answer.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { describeFlags, parseFlags } from "../flags.ts";
import { checkExport, exportLog } from "../log/export-log.ts";
import { withUserId, withUserIdIfAny } from "../log/find-user.ts";
import { filterFlags, type LogTask, logFlags, logTaskOf } from "../log/log-options.ts";
import { addPart, checkText, emptyCheck, logTable } from "../log/log-text.ts";
import { findAccount } from "../sign-in/account.ts";
import { accountFlags, accountOptionsOf } from "../sign-in/account-flags.ts";
import { asAccount } from "../sign-in/refusals.ts";
import type { Terminal } from "../terminal.ts";

export const help = `mentha log: who did what in a workspace, newest first

Usage
  mentha log [options]
  mentha log --verify
  mentha log --export csv|ndjson [--out FILE]

What to do
${describeFlags(logFlags)}

Which entries
${describeFlags(filterFlags)}

Options
${describeFlags(accountFlags)}

Exit codes
  0    done; with --verify, the log is as it was sealed
  1    the log was changed, or parts of it are missing
  2    the command line is wrong, you are not signed in, or may not read the log
  3    it could not be done

Examples
  mentha log --action member.change-role --since 30d
  mentha log --user ada@example.com --since 7d
  mentha log --export csv --since 2027-01-01 --out log.csv
`;

/** `mentha log`: shows the audit log, checks its seals, or writes all of it. */
export async function main(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const given = parseFlags(args, { ...logFlags, ...filterFlags, ...accountFlags });
  const task = logTaskOf(given, Date.now());
  const found = await findAccount(accountOptionsOf(given), terminal.env);
  const account = needsNone(task, given.has("installation")) ? { ...found, workspace: undefined } : found;
  if (task.kind === "export") await checkExport(task);
  return asAccount(account, terminal, async (client) => {
    const [log, named] = given.has("installation") ? [client.installationLog, withUserIdIfAny] : [client.auditLog, withUserId];
    return perform(log, await named(task, client, terminal.signal), { asJson: given.has("json"), terminal });
  });
}

/** The installation's log is no workspace's, and an operator may be in none; but an address is looked up among the members of one. */
const needsNone = (task: LogTask, isOfInstallation: boolean): boolean => isOfInstallation && (task.kind === "verify" || task.email === undefined);

interface Output {
  readonly asJson: boolean;
  readonly terminal: Terminal;
}

async function perform(log: LogReader, task: LogTask, output: Output): Promise<ExitCode> {
  if (task.kind === "list") return list(log, task, output);
  if (task.kind === "verify") return verify(log, output);
  await exportLog(log, task, output.terminal);
  return exitCodes.passed;
}

async function list(log: LogReader, { filters, limit }: Extract<LogTask, { kind: "list" }>, { asJson, terminal }: Output): Promise<ExitCode> {
  const entries: LogEntry[] = [];
  for await (const entry of log.list(filters, terminal.signal)) {
    if (entries.length === limit) break;
    entries.push(entry);
  }
  const note = entries.length === 0 ? { note: "No entries." } : {};
  return give({ text: entries.length === 0 ? "" : logTable(entries), json: entries, ...note }, asJson, terminal);
}

async function verify(log: LogReader, { asJson, terminal }: Output): Promise<ExitCode> {
  let check = emptyCheck;
  for await (const part of log.verify(terminal.signal)) check = addPart(check, part);
  await give({ text: checkText(check), json: check }, asJson, terminal);
  return check.holds ? exitCodes.passed : exitCodes.logBroken;
}
