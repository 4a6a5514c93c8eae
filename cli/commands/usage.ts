import type { DayOfUsage } from "../../shared/limits/index.ts";
import { dayAt } from "../../shared/platform/index.ts";
import { type Answer, give } from "../answer.ts";
import { sinceOf } from "../duration.ts";
import type { ExitCode } from "../exit-codes.ts";
import { describeFlags, type Flag, type Parsed, parseFlags } from "../flags.ts";
import { findAccount } from "../sign-in/account.ts";
import { accountFlags, accountOptionsOf, refuseExtra } from "../sign-in/account-flags.ts";
import { asAccount } from "../sign-in/refusals.ts";
import { table } from "../table.ts";
import type { Terminal } from "../terminal.ts";

const dayFlags = {
  since: { value: "DAY", help: "First day: 7d, or one such as 2027-03-31 (UTC; default: 30 days)" },
  until: { value: "DAY", help: "Last day: the same (default: today)" },
} as const satisfies Record<string, Flag>;

export const help = `mentha usage: what keys and people of a workspace asked, by day

Usage
  mentha usage [options]

Which days
${describeFlags(dayFlags)}

Options
${describeFlags(accountFlags)}

Exit codes
  0    done
  2    the command line is wrong, you are not signed in, or may not see it
  3    it could not be done
`;

/** `mentha usage`: shows requests, errors, refusals by limits and audits of each caller and day. */
export async function main(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const given = parseFlags(args, { ...dayFlags, ...accountFlags });
  refuseExtra("usage", given);
  const days = daysOf(given, Date.now());
  const account = await findAccount(accountOptionsOf(given), terminal.env);
  const found = await asAccount(account, terminal, async (client) => {
    const rows: DayOfUsage[] = [];
    for await (const row of client.listUsage(days, terminal.signal)) rows.push(row);
    return rows;
  });
  return give(answerOf(found), given.has("json"), terminal);
}

function daysOf(given: Parsed<keyof typeof dayFlags>, now: number): { from?: string; to?: string } {
  const [since, until] = [given.get("since"), given.get("until")];
  return {
    ...(since === undefined ? {} : { from: dayAt(sinceOf("--since", since, now)) }),
    ...(until === undefined ? {} : { to: dayAt(sinceOf("--until", until, now)) }),
  };
}

function answerOf(rows: readonly DayOfUsage[]): Answer {
  if (rows.length === 0) return { text: "", json: rows, note: "Nothing was asked on these days." };
  const titles = ["day", "who", "key", "requests", "errors", "limited", "audits"];
  const lines = rows.map(({ day, caller, user, ...counts }) => [
    day,
    user.email ?? user.id,
    caller.kind === "session" ? "" : (caller.key?.prefix ?? "deleted"),
    ...[counts.requests, counts.errors, counts.limited, counts.audits].map(String),
  ]);
  return { text: table(titles, lines), json: rows };
}
