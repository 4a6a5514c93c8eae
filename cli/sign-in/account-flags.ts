import { UsageError } from "../errors.ts";
import type { Flag, Parsed } from "../flags.ts";
import type { AccountOptions } from "./account.ts";

/** Options of every command that asks a server as somebody. */
export const accountFlags = {
  server: { value: "URL", help: "Ask this installation (default: MENTHA_SERVER, else where you signed in last)" },
  workspace: { value: "NAME", help: "Name or id of the workspace, for people in several" },
  json: { help: "Write JSON" },
  help: { help: "Show this help" },
} as const satisfies Record<string, Flag>;

/** What they say; a key comes from MENTHA_KEY alone, as a command line is shown to everybody on the computer. */
export const accountOptionsOf = (given: Parsed<keyof typeof accountFlags>): AccountOptions => ({
  server: given.get("server"),
  key: undefined,
  workspace: given.get("workspace"),
});

/** For commands that take options alone. Throws `UsageError` for what else stands on the line; most often that is the address of a server. */
export function refuseExtra(command: string, { positionals: [extra] }: Pick<Parsed<string>, "positionals">): void {
  if (extra !== undefined) throw new UsageError(`mentha ${command} takes no "${extra}"; another server is named with --server`);
}
