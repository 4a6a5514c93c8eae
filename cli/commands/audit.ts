import type { Audit, Report } from "../../shared/audits/index.ts";
import { type Backend, withBackend } from "../backend.ts";
import { changesText } from "../diff/diff-text.ts";
import { CommandError } from "../errors.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { checkWritable } from "../files/writing.ts";
import type { SeenFinding } from "../findings.ts";
import { cancel, follow } from "../follow.ts";
import { type Goals, readGoals } from "../goals.ts";
import { createProgress } from "../progress.ts";
import { deliver, textsOf } from "../reports/deliver.ts";
import type { Output } from "../reports/outputs.ts";
import { findAccount } from "../sign-in/account.ts";
import { tell } from "../tell.ts";
import type { Terminal } from "../terminal.ts";
import { conclude, findingsFor } from "../verdict.ts";
import { withWayThrough } from "../way-through.ts";
import { type AuditOptions, help, parseAuditOptions } from "./audit-options.ts";

export { help };

/** `mentha audit`: audits a site, writes the reports, and answers with the exit code of the budget. */
export async function main(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const options = parseAuditOptions(args, terminal.env);
  const goals = await readGoals(options);
  const files = options.outputs.flatMap(({ file }) => file ?? []);
  for (const file of files) await checkWritable("report", file);
  const account = options.server && (await findAccount(options.server, terminal.env));
  if (account === undefined && (terminal.env.MENTHA_KEY ?? "") !== "") await tell(terminal, unusedKey);
  await tell(terminal, `Auditing ${options.input.url}${account === undefined ? "" : ` from ${account.server}`}`);
  const { signal } = terminal;
  const ended = await withBackend(account, terminal, (backend) => auditWith(backend, options, goals, terminal)).catch((thrown: unknown) => {
    if (!signal.aborted) throw thrown;
    return undefined;
  });
  if (ended === undefined || signal.aborted) {
    if (files.length > 0 || goals.writeTo !== undefined) await tell(terminal, "Nothing was written.");
    return exitCodes.interrupted;
  }
  // What is left takes a moment, and half of it would help nobody: Ctrl-C comes too late from here on.
  await deliver(ended.texts, terminal);
  const code = await conclude(goals, ended.report, ended.findings, terminal);
  if (!signal.aborted) return code;
  await tell(terminal, "The audit had ended already; everything was written.");
  return exitCodes.interrupted;
}

const unusedKey = "MENTHA_KEY is not used: no server is named (--server or MENTHA_SERVER), so the audit runs on this computer.";

/** All that is needed of an audit, so that nothing has to be asked for once writing begins. */
interface Ended {
  readonly report: Report;
  readonly findings: readonly SeenFinding[] | undefined;
  readonly texts: ReadonlyMap<Output, string>;
}

/** `undefined` after Ctrl-C. */
async function auditWith({ client, isOwn }: Backend, options: AuditOptions, goals: Goals, terminal: Terminal): Promise<Ended | undefined> {
  const { signal } = terminal;
  if (signal.aborted) return undefined;
  const { id } = await client.createAudit(options.input).catch((thrown: unknown) => {
    throw isOwn ? withWayThrough(thrown, options.input.url) : thrown;
  });
  if (!isOwn) await tell(terminal, `The id of this audit is ${id}`);
  let audit: Audit;
  try {
    audit = await follow(client, id, createProgress(terminal, Date.now), signal);
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
    // Our own Worker may have heard Ctrl-C too and be gone; either way its audit ends with it.
    await tell(terminal, isOwn ? "The audit was cancelled." : await cancel(client, id));
    return undefined;
  }
  checkAudited(audit);
  const report = await client.report(id, "json", options.language, signal);
  const findings = await findingsFor(goals, client, report, signal);
  if (!isOwn) await tellChanges(client, id, terminal);
  return { report, findings, texts: await textsOf(client, report, options.outputs, terminal) };
}

/** Says what is new and fixed since the audit before. A server of an older release cannot tell, and the audit is worth as much without. */
async function tellChanges(client: Backend["client"], id: string, terminal: Terminal): Promise<void> {
  const diff = await client.diff(id, undefined, terminal.signal).catch(() => undefined);
  const changes = diff === undefined ? null : changesText(diff);
  if (changes !== null) await tell(terminal, changes);
}

/** A site that never answered has not been audited, however orderly the audit ended: CI must not take it for a pass. */
function checkAudited({ status, error, progress, url }: Audit): void {
  if (status === "cancelled") throw new CommandError("The audit was cancelled by someone else before its end.");
  if (status === "failed") throw new CommandError(`The audit failed: ${error?.message ?? "the server gave no reason."}`);
  if (progress.fetched === 0) throw new CommandError(`Nothing answered at ${url}. Check the address, and that the site is up.`);
}
