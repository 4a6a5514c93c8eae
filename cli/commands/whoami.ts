import type { Me, Membership } from "../../shared/identity/index.ts";
import { type Answer, give } from "../answer.ts";
import type { ExitCode } from "../exit-codes.ts";
import { describeFlags, parseFlags } from "../flags.ts";
import { type Account, findAccount, openClient } from "../sign-in/account.ts";
import { accountFlags, accountOptionsOf, refuseExtra } from "../sign-in/account-flags.ts";
import { asAccount } from "../sign-in/refusals.ts";
import { choosing, inNone } from "../sign-in/workspaces.ts";
import { listing, timeText } from "../table.ts";
import type { Terminal } from "../terminal.ts";

export const help = `mentha whoami: shows where and as whom you are signed in, and what you may do

Usage
  mentha whoami [options]

Options
${describeFlags(accountFlags)}

Exit codes
  0    you are signed in
  2    you are not, or not any more
  3    the server could not be asked
`;

/** `mentha whoami`: asks the server who it takes us for. */
export async function main(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const given = parseFlags(args, accountFlags);
  refuseExtra("whoami", given);
  const account = await findAccount(accountOptionsOf(given), terminal.env);
  const me = await asAccount(account, terminal, (client) => client.getMe()).catch(async (thrown: unknown) => {
    // The workspace that was kept at login may be gone since; who is in none is still somebody.
    const found = given.has("workspace") ? null : await inNoneAnyMore(account, terminal);
    if (found === null) throw thrown;
    return found;
  });
  return give(answerOf(account.server, me), given.has("json"), terminal);
}

/** Who somebody is that belongs to no workspace, although one was kept; null for anybody else. */
async function inNoneAnyMore(account: Account, terminal: Terminal): Promise<Me | null> {
  if (account.workspace === undefined) return null;
  const client = await openClient({ ...account, workspace: undefined }, terminal);
  const me = await client.getMe().catch(() => null);
  return me?.workspaces.length === 0 ? me : null;
}

function answerOf(server: string, me: Me): Answer {
  const { user, key, workspace, workspaces } = me;
  const others = workspaces.filter(({ id }) => id !== workspace?.id);
  const text = listing([
    ["Server", server],
    ["Signed in as", user.name === "" ? user.email : `${user.name} <${user.email}>`],
    ...(key === undefined
      ? []
      : [["API key", `${key.name} (${key.prefix}), ${key.expiresAt === null ? "does not end" : `ends ${timeText(key.expiresAt)}`}`] as const]),
    ...(workspace === null ? [] : [["Workspace", placeText(workspace)] as const, ["May", workspace.permissions.join(" ")] as const]),
    ...others.map((other) => [workspace === null ? "Workspace" : "Also in", placeText(other)] as const),
    ...(workspaces.length > 1 ? [[workspace === null ? "Choose one" : "Choose another", choosing(server)] as const] : []),
    ...(workspaces.length === 0 ? [["Workspace", inNone(user)] as const] : []),
  ]);
  return { text, json: { server, ...me } };
}

const placeText = ({ id, name, role }: Membership): string => `${name} (${role}), ${id}`;
