import { access, constants, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { type ApiClient, ApiProblem } from "../../client/index.ts";
import { type Audit, printableJson, renderReportText } from "../../shared/audits/index.ts";
import { type Backend, openBackend } from "../backend.ts";
import { missedBudgets } from "../budget.ts";
import { AuditError, UsageError } from "../errors.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { cancel, follow } from "../follow.ts";
import { createProgress } from "../progress.ts";
import { columnsOf, type Terminal, write } from "../terminal.ts";
import { type AuditOptions, help, parseAuditOptions } from "./audit-options.ts";

export { help };

/** `mentha audit`: audits a site, writes the report, and answers with the exit code of the budget. */
export async function main(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const options = parseAuditOptions(args, terminal.env);
  if (options.out !== undefined) await checkWritable(options.out);
  await write(terminal.stderr, `Auditing ${options.input.url}${options.server === undefined ? "" : ` from ${options.server.url}`}\n`);
  const code = await auditFrom(options, terminal).catch((thrown: unknown) => {
    if (!terminal.signal.aborted) throw thrown;
    return exitCodes.interrupted;
  });
  if (code === exitCodes.interrupted && options.out !== undefined) await write(terminal.stderr, "Nothing was written.\n");
  return code;
}

async function auditFrom(options: AuditOptions, terminal: Terminal): Promise<ExitCode> {
  const backend = await openBackend(options.server);
  try {
    return await auditWith(backend, options, terminal);
  } finally {
    await backend.close();
  }
}

async function auditWith({ client, isOwn }: Backend, options: AuditOptions, terminal: Terminal): Promise<ExitCode> {
  const { signal, stderr } = terminal;
  if (signal.aborted) return exitCodes.interrupted;
  const { id } = await client.createAudit(options.input).catch((thrown: unknown) => {
    throw isOwn ? withWayThrough(thrown, options.input.url) : thrown;
  });
  let audit: Audit;
  try {
    audit = await follow(client, id, createProgress(terminal, Date.now), signal);
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
    // Our own Worker may have heard Ctrl-C too and be gone; either way its audit ends with it.
    await write(stderr, `${isOwn ? "The audit was cancelled." : await cancel(client, id)}\n`);
    return exitCodes.interrupted;
  }
  checkAudited(audit);
  await deliver(await render(client, audit, options, terminal), options, terminal);
  const missed = missedBudgets(audit, options.budget);
  for (const sentence of missed) await write(stderr, `Budget missed: ${sentence}\n`);
  return missed.length > 0 ? exitCodes.budgetMissed : exitCodes.passed;
}

/** A site that never answered has not been audited, however orderly the audit ended: CI must not take it for a pass. */
function checkAudited({ status, error, progress, url }: Audit): void {
  if (status === "cancelled") throw new AuditError("The audit was cancelled by someone else before its end.");
  if (status === "failed") throw new AuditError(`The audit failed: ${error?.message ?? "the server gave no reason."}`);
  if (progress.fetched === 0) throw new AuditError(`Nothing answered at ${url}. Check the address, and that the site is up.`);
}

/** An address that is refused here can be opened here; only the operator of a server may do that there. */
function withWayThrough(thrown: unknown, address: string): unknown {
  if (!(thrown instanceof ApiProblem && thrown.code === "egress_refused")) return thrown;
  const { protocol, hostname, port } = new URL(address);
  const pair = `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
  return new AuditError(`${thrown.detail}\nIf it is a site of yours in development, open exactly this one: EGRESS_ALLOW=${pair} mentha audit …`, {
    cause: thrown,
  });
}

async function render(client: ApiClient, audit: Audit, { format, language, out }: AuditOptions, { stdout }: Terminal): Promise<string> {
  if (format === "html") return client.report(audit.id, "html", language);
  const report = await client.report(audit.id, "json", language);
  if (format === "json") return `${printableJson(report)}\n`;
  const onScreen = out === undefined && stdout.isTTY;
  return renderReportText(report, { width: onScreen ? columnsOf(stdout) : 80, color: onScreen && stdout.hasColors() });
}

async function deliver(report: string, { out }: AuditOptions, { stdout, stderr }: Terminal): Promise<void> {
  if (out === undefined) return write(stdout, report);
  await writeFile(out, report).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AuditError(`The report could not be written to ${out} (${reason}). Run the command again with another --out.`, { cause });
  });
  await write(stderr, `The report is in ${out}\n`);
}

/** Asked first: a long audit must not end with a report that cannot be kept. */
async function checkWritable(file: string): Promise<void> {
  const existing = await stat(file).catch(() => undefined);
  if (existing?.isDirectory() || file.endsWith("/")) throw new UsageError(`--out: ${file} is a folder; give the name of a file in it`);
  const folder = await stat(dirname(file)).catch(() => undefined);
  const isWritable = access(existing === undefined ? dirname(file) : file, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!folder?.isDirectory() || !(await isWritable)) {
    throw new UsageError(`--out: ${file} cannot be written; check that its folder exists and is yours to write to`);
  }
}
