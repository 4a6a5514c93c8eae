import { type ApiClient, ApiProblem, SessionEnded } from "../../client/index.ts";
import { RefusedError, UsageError } from "../errors.ts";
import { type Account, type AskedFrom, loginCommand, openClient } from "./account.ts";
import { choosing, inNone, workspaceLines } from "./workspaces.ts";

/**
 * Does something as the account, with a client of it. What the server refuses because of who asks is thrown as a `UsageError`, in words that
 * say what to do about it.
 */
export async function asAccount<T>(account: Account, terminal: AskedFrom, work: (client: ApiClient) => Promise<T>): Promise<T> {
  try {
    return await work(await openClient(account, terminal));
  } catch (thrown) {
    throw await mendable(thrown, account, terminal);
  }
}

async function mendable(thrown: unknown, account: Account, terminal: AskedFrom): Promise<unknown> {
  const { server, login, isKept } = account;
  if (thrown instanceof SessionEnded) return new UsageError(`Your session at ${server} has ended. Sign in again: ${loginCommand(server)}`, { cause: thrown });
  if (!(thrown instanceof ApiProblem)) return thrown;
  const { status, detail } = thrown;
  if (status === 401 && isKept) {
    const command = `${loginCommand(server)}${login.kind === "key" ? " --key" : ""}`;
    return new UsageError(`${server} does not accept what you signed in with: ${detail}\nSign in again: ${command}`, { cause: thrown });
  }
  if (status === 403 && login.kind === "session") {
    const left = await (account.workspace === undefined ? operatorInNone(account, terminal) : notTheirs(account, terminal));
    if (left !== undefined) return left;
  }
  if (status === 403) return new RefusedError(`${login.kind === "key" ? "The key" : "You"} may not do this: ${detail}`, { cause: thrown });
  if (status === 400 && login.kind === "session" && account.workspace === undefined) return (await severalWorkspaces(account, terminal)) ?? thrown;
  return thrown;
}

/** That the workspace is none of theirs, or no more: what was kept at login may be from before. Undefined when that was not the question. */
async function notTheirs(account: Account, terminal: AskedFrom): Promise<UsageError | undefined> {
  const client = await openClient({ ...account, workspace: undefined }, terminal);
  const me = await client.getMe().catch(() => undefined);
  if (me === undefined || me.workspaces.some(({ id, name }) => id === account.workspace || name.toLowerCase() === account.workspace?.toLowerCase()))
    return undefined;
  if (me.workspaces.length === 0) return new UsageError(`You belong to no workspace: ${inNone(me.user)}`);
  return new UsageError(
    [
      `You do not belong to the workspace ${account.workspace}. Yours:`,
      ...workspaceLines(me.workspaces),
      `Say which one is meant: ${choosing(account.server)}`,
    ].join("\n"),
  );
}

/** What an operator does who is in no workspace; undefined for anybody else, to whom the server says as much. */
async function operatorInNone(account: Account, terminal: AskedFrom): Promise<UsageError | undefined> {
  const client = await openClient(account, terminal);
  const me = await client.getMe().catch(() => undefined);
  return me?.user.isOperator === true && me.workspaces.length === 0 ? new UsageError(`You belong to no workspace: ${inNone(me.user)}`) : undefined;
}

/** Which workspaces could be meant; undefined when that was not the question. */
async function severalWorkspaces(account: Account, terminal: AskedFrom): Promise<UsageError | undefined> {
  const client = await openClient(account, terminal);
  const { workspaces } = await client.getMe().catch(() => ({ workspaces: [] }));
  if (workspaces.length < 2) return undefined;
  return new UsageError(["You belong to several workspaces:", ...workspaceLines(workspaces), `Say which one is meant: ${choosing(account.server)}`].join("\n"));
}
