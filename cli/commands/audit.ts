import { ApiProblem } from "../../client/index.ts";
import type { Audit } from "../../shared/audits/index.ts";
import { type Backend, openBackend } from "../backend.ts";
import { AuditError } from "../errors.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { checkWritable } from "../files/writing.ts";
import { cancel, follow } from "../follow.ts";
import { type Goals, readGoals } from "../goals.ts";
import { createProgress } from "../progress.ts";
import { deliver } from "../reports/deliver.ts";
import { type Terminal, write } from "../terminal.ts";
import { conclude, findingsFor } from "../verdict.ts";
import { type AuditOptions, help, parseAuditOptions } from "./audit-options.ts";

export { help };

/** `mentha audit`: audits a site, writes the reports, and answers with the exit code of the budget. */
export async function main(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const options = parseAuditOptions(args, terminal.env);
  const goals = await readGoals(options);
  const files = options.outputs.flatMap(({ file }) => file ?? []);
  for (const file of files) await checkWritable("report", file);
  await write(terminal.stderr, `Auditing ${options.input.url}${options.server === undefined ? "" : ` from ${options.server.url}`}\n`);
  const code = await auditFrom(options, goals, terminal).catch((thrown: unknown) => {
    if (!terminal.signal.aborted) throw thrown;
    return exitCodes.interrupted;
  });
  if (code === exitCodes.interrupted && (files.length > 0 || goals.writeTo !== undefined)) await write(terminal.stderr, "Nothing was written.\n");
  return code;
}

async function auditFrom(options: AuditOptions, goals: Goals, terminal: Terminal): Promise<ExitCode> {
  const backend = await openBackend(options.server);
  try {
    return await auditWith(backend, options, goals, terminal);
  } finally {
    await backend.close();
  }
}

async function auditWith({ client, isOwn }: Backend, options: AuditOptions, goals: Goals, terminal: Terminal): Promise<ExitCode> {
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
  const report = await client.report(id, "json", options.language);
  const findings = await findingsFor(goals, client, report, signal);
  await deliver(client, report, options.outputs, terminal);
  return conclude(goals, report, findings, terminal);
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
