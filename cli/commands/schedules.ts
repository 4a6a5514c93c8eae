import { runAction, usageLines } from "../action.ts";
import type { ExitCode } from "../exit-codes.ts";
import { describeFlags } from "../flags.ts";
import { actions } from "../schedules/actions.ts";
import { nextFlags, runsFlags, settingFlags } from "../schedules/schedule-options.ts";
import { accountFlags } from "../sign-in/account-flags.ts";
import { deleteFlags } from "../sure.ts";
import type { Terminal } from "../terminal.ts";

export const help = `mentha schedules: what a workspace has started by itself, when, and what became of that

Usage
${usageLines("schedules", actions)}

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
export async function main(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  return runAction("schedules", actions, args, terminal);
}
