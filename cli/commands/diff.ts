import type { ApiClient } from "../../client/index.ts";
import { type DiffFindingList, type DiffFindingsQuery, DiffState } from "../../shared/audits/index.ts";
import { idPattern } from "../../shared/platform/index.ts";
import { type Answer, give } from "../answer.ts";
import { diffTable, diffText } from "../diff/diff-text.ts";
import { UsageError } from "../errors.ts";
import type { ExitCode } from "../exit-codes.ts";
import { choiceOf, refuseMore } from "../flag-values.ts";
import { describeFlags, type Flag, type Parsed, parseFlags } from "../flags.ts";
import { findAccount } from "../sign-in/account.ts";
import { accountFlags, accountOptionsOf } from "../sign-in/account-flags.ts";
import { asAccount } from "../sign-in/refusals.ts";
import type { Terminal } from "../terminal.ts";

const diffFlags = {
  base: { value: "AUDIT", help: "Compare with this audit of the same site (default: the one before of the same address)" },
  state: { value: "STATE", help: `Show the findings that are ${DiffState.options.join(", ")}` },
  rule: { value: "RULE", help: "With --state: only those of this rule" },
} as const satisfies Record<string, Flag>;

export const help = `mentha diff: what changed since another audit of a site

Usage
  mentha diff AUDIT [options]

An audit is named by its id (aud_…).

Options
${describeFlags({ ...diffFlags, ...accountFlags })}

Exit codes
  0    done
  2    the command line is wrong, you are not signed in, or may not do this
  3    it could not be done

Examples
  mentha diff aud_01k9z8q5v0c3r7t2m4n6p8s1w5
  mentha diff aud_01k9z8q5v0c3r7t2m4n6p8s1w5 --state new
  mentha diff aud_01k9z8q5v0c3r7t2m4n6p8s1w5 --base aud_01k9z8q5v0c3r7t2m4n6p8s1w4
`;

/** What a table holds at once. */
const mostFindings = 10_000;

/** `mentha diff`: counts what is new, fixed and open, or shows the findings of one state. */
export async function main(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const given = parseFlags(args, { ...diffFlags, ...accountFlags });
  const [auditId] = given.positionals;
  if (auditId === undefined) throw new UsageError("Say which audit, by its id (aud_…)");
  refuseMore(given, 1);
  requireId("The audit", auditId);
  const filter = filterOf(given);
  const account = await findAccount(accountOptionsOf(given), terminal.env);
  const answer = await asAccount(account, terminal, (client) => compare(client, auditId, filter, terminal.signal));
  return give(answer, given.has("json"), terminal);
}

type Filter = { readonly [Name in "base" | "state" | "rule"]?: DiffFindingsQuery[Name] };

function filterOf(given: Parsed<keyof typeof diffFlags>): Filter {
  const [base, rule, state] = [given.get("base"), given.get("rule"), choiceOf(given, "state", DiffState.options)];
  if (base !== undefined) requireId("--base", base);
  if (rule !== undefined && state === undefined) throw new UsageError("--rule goes with --state");
  return { ...(base === undefined ? {} : { base }), ...(rule === undefined ? {} : { rule }), ...(state === undefined ? {} : { state }) };
}

function requireId(what: string, text: string): void {
  if (!idPattern("audit").test(text)) throw new UsageError(`${what}: "${text}" is no id of an audit (aud_ and 26 characters)`);
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
