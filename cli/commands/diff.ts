import type { ApiClient } from "../../client/index.ts";
import { type DiffFindingList, type DiffFindingsQuery, DiffState } from "../../shared/audits/index.ts";
import { type Answer, give } from "../answer.ts";
import { diffTable, diffText } from "../diff/diff-text.ts";
import { type Meant, meantBy, newestAudit, requireAuditId } from "../diff/find-audit.ts";
import { UsageError } from "../errors.ts";
import type { ExitCode } from "../exit-codes.ts";
import { choiceOf, refuseMore } from "../flag-values.ts";
import { describeFlags, type Flag, type Parsed, parseFlags } from "../flags.ts";
import { findAccount } from "../sign-in/account.ts";
import { accountFlags, accountOptionsOf } from "../sign-in/account-flags.ts";
import { asAccount } from "../sign-in/refusals.ts";
import { timeText } from "../table.ts";
import { tell } from "../tell.ts";
import type { Terminal } from "../terminal.ts";

const diffFlags = {
  base: { value: "AUDIT", help: "Compare with this audit of the same site (default: the one before of the same address)" },
  state: { value: "STATE", help: `Show the findings that are ${DiffState.options.join(", ")}` },
  rule: { value: "RULE", help: "With --state: only those of this rule" },
} as const satisfies Record<string, Flag>;

export const help = `mentha diff: what changed since another audit of a site

Usage
  mentha diff [AUDIT | URL] [options]

An audit is named by its id (aud_…). With an address, the newest completed audit of it is meant; with nothing, the newest of all.

Options
${describeFlags({ ...diffFlags, ...accountFlags })}

Exit codes
  0    done
  2    the command line is wrong, you are not signed in, or may not do this
  3    it could not be done

Examples
  mentha diff shop.example
  mentha diff aud_01k9z8q5v0c3r7t2m4n6p8s1w5
  mentha diff aud_01k9z8q5v0c3r7t2m4n6p8s1w5 --state new
  mentha diff aud_01k9z8q5v0c3r7t2m4n6p8s1w5 --base aud_01k9z8q5v0c3r7t2m4n6p8s1w4
`;

/** What a table holds at once. */
const mostFindings = 10_000;

/** `mentha diff`: counts what is new, fixed and open, or shows the findings of one state. */
export async function main(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const given = parseFlags(args, { ...diffFlags, ...accountFlags });
  const [typed] = given.positionals;
  refuseMore(given, 1);
  const meant = meantBy(typed);
  const filter = filterOf(given);
  const account = await findAccount(accountOptionsOf(given), terminal.env);
  const answer = await asAccount(account, terminal, async (client) => compare(client, await auditIdOf(client, meant, terminal), filter, terminal.signal));
  return give(answer, given.has("json"), terminal);
}

type Filter = { readonly [Name in "base" | "state" | "rule"]?: DiffFindingsQuery[Name] };

function filterOf(given: Parsed<keyof typeof diffFlags>): Filter {
  const [base, rule, state] = [given.get("base"), given.get("rule"), choiceOf(given, "state", DiffState.options)];
  if (base !== undefined) requireAuditId("--base", base);
  if (rule !== undefined && state === undefined) throw new UsageError("--rule goes with --state");
  return { ...(base === undefined ? {} : { base }), ...(rule === undefined ? {} : { rule }), ...(state === undefined ? {} : { state }) };
}

/** Says which audit it is where nobody named it. */
async function auditIdOf(client: ApiClient, meant: Meant, terminal: Terminal): Promise<string> {
  if ("id" in meant) return meant.id;
  const { id, url, finishedAt } = await newestAudit(client, meant.newestOf, terminal.signal);
  await tell(terminal, `The newest completed audit is ${id} of ${url}${finishedAt === null ? "" : `, ${timeText(finishedAt)}`}`);
  return id;
}

async function compare(client: ApiClient, auditId: string, filter: Filter, signal: AbortSignal): Promise<Answer> {
  if (filter.state === undefined) {
    const diff = await client.diff(auditId, filter.base, signal);
    return { text: diffText(diff), json: diff };
  }
  const findings: DiffFindingList["items"] = [];
  for await (const finding of client.diffFindings(auditId, filter, "en", signal)) {
    if (findings.length === mostFindings) break;
    findings.push(finding);
  }
  if (findings.length === 0) return { text: "", json: findings, note: "No such findings." };
  return { text: diffTable(findings), json: findings, ...(findings.length < mostFindings ? {} : { note: `The first ${mostFindings} are shown.` }) };
}
