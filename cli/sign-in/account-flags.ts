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
