import { give } from "../answer.ts";
import { UsageError } from "../errors.ts";
import type { ExitCode } from "../exit-codes.ts";
import { describeFlags, parseFlags } from "../flags.ts";
import { nearest } from "../nearest.ts";
import type { Action } from "../schedules/action.ts";
import { actions } from "../schedules/actions.ts";
import { nextFlags, runsFlags, settingFlags } from "../schedules/schedule-options.ts";
import { findAccount } from "../sign-in/account.ts";
import { accountFlags, accountOptionsOf } from "../sign-in/account-flags.ts";
import { asAccount } from "../sign-in/refusals.ts";
import { deleteFlags } from "../sure.ts";
import type { Terminal } from "../terminal.ts";

const names = Object.keys(actions).filter(isAction);
const width = Math.max(...names.map((name) => actions[name].usage.length)) + 2;

export const help = `mentha schedules: what a workspace has started by itself, when, and what became of that

Usage
${names.map((name) => `  mentha schedules ${actions[name].usage.padEnd(width)}${actions[name].summary}`).join("\n")}

A schedule is named by its id (sch_…) or its name.

Options of create and edit
${describeFlags(settingFlags)}

Options of next
${describeFlags(nextFlags)}

Options of runs
${describeFlags(runsFlags)}

Options of delete
${describeFlags(deleteFlags)}

Options
${describeFlags(accountFlags)}

Exit codes
  0    done
  2    the command line is wrong, you are not signed in, or may not do this
  3    it could not be done

Examples
  mentha schedules next --cron '30 2 * * *' --zone Europe/Madrid
  mentha schedules create --name Weekly --start site-audits --cron '0 3 * * MON' --jitter 10m
  mentha schedules create --name Shop --start audit --url shop.example --every 6h --max-pages 500
  mentha schedules edit Weekly --cron '0 3 * * MON,THU'
  mentha schedules runs Weekly --state failed
`;

/** `mentha schedules`: lists, makes, changes, tries and runs schedules. */
export async function main([name, ...args]: readonly string[], terminal: Terminal): Promise<ExitCode> {
  if (name === undefined) throw new UsageError(`Say what to do with schedules: ${names.join(", ")}`);
  if (!isAction(name)) throw new UsageError(unknownAction(name));
  const { flags, prepare }: Action = actions[name];
  const given = parseFlags<string>(args, { ...flags, ...accountFlags });
  const work = prepare(given, Date.now());
  const account = await findAccount(accountOptionsOf(given), terminal.env);
  return give(await asAccount(account, terminal, (client) => work(client, terminal)), given.has("json"), terminal);
}

function isAction(name: string): name is keyof typeof actions {
  return Object.hasOwn(actions, name);
}

function unknownAction(name: string): string {
  const guess = nearest(name, names);
  return `mentha schedules does not know "${name}". ${guess === undefined ? `It knows ${names.join(", ")}.` : `Did you mean ${guess}?`}`;
}
