import type { OnlineMember } from "../../shared/live/index.ts";
import { type Answer, give } from "../answer.ts";
import type { ExitCode } from "../exit-codes.ts";
import { describeFlags, parseFlags } from "../flags.ts";
import { findAccount } from "../sign-in/account.ts";
import { accountFlags, accountOptionsOf, refuseExtra } from "../sign-in/account-flags.ts";
import { asAccount } from "../sign-in/refusals.ts";
import { table, timeText } from "../table.ts";
import type { Terminal } from "../terminal.ts";

export const help = `mentha online: who is online in a workspace

Usage
  mentha online [options]

Options
${describeFlags(accountFlags)}

Exit codes
  0    done
  2    the command line is wrong, you are not signed in, or may not see it
  3    it could not be done
`;

/** `mentha online`: shows the members who have a live connection. */
export async function main(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const given = parseFlags(args, accountFlags);
  refuseExtra("online", given);
  const account = await findAccount(accountOptionsOf(given), terminal.env);
  const found = await asAccount(account, terminal, async (client) => {
    const members: OnlineMember[] = [];
    for await (const member of client.listOnlineUsers(terminal.signal)) members.push(member);
    return members;
  });
  return give(answerOf(found), given.has("json"), terminal);
}

function answerOf(members: readonly OnlineMember[]): Answer {
  if (members.length === 0) return { text: "", json: members, note: "Nobody is online." };
  const lines = members.map(({ name, email, since, active, devices }) => [
    name === "" ? email : name,
    timeText(since),
    active ? "yes" : "no",
    devices.join(", "),
  ]);
  return { text: table(["name", "since", "active", "devices"], lines), json: members };
}
