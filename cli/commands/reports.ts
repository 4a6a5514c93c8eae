import { runAction, usageLines } from "../action.ts";
import type { ExitCode } from "../exit-codes.ts";
import { describeFlags, type Flag } from "../flags.ts";
import { accountFlags } from "../sign-in/account-flags.ts";
import { actions } from "../stakeholder-reports/actions.ts";
import type { Terminal } from "../terminal.ts";

const names = Object.keys(actions).filter(isAction);

const ownOptions = names.flatMap((name) => {
  const flags: Readonly<Record<string, Flag>> = actions[name].flags;
  return Object.keys(flags).length === 0 ? [] : [`Options of ${name}\n${describeFlags(flags)}`];
});

export const help = `mentha reports: what got better and worse, for people who want no details

Usage
${usageLines("reports", actions)}

${ownOptions.join("\n\n")}

Options
${describeFlags(accountFlags)}

Exit codes
  0    done
  2    the command line is wrong, you are not signed in, or may not do this
  3    it could not be done

Examples
  mentha reports create --days 30 --wait
  mentha reports download rpt_01k9z8q5v0c3r7t2m4n6p8s1w5 --lang es --out informe.pdf
`;

/** `mentha reports`: lists, makes, shows, saves and deletes reports for stakeholders. */
export async function main(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  return runAction("reports", actions, args, terminal);
}

function isAction(name: string): name is keyof typeof actions {
  return Object.hasOwn(actions, name);
}
