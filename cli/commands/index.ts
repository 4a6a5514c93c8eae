import type { ExitCode } from "../exit-codes.ts";
import type { Terminal } from "../terminal.ts";

interface Command {
  readonly help: string;
  readonly main: (args: readonly string[], terminal: Terminal) => Promise<ExitCode>;
}

interface Entry {
  readonly summary: string;
  /** Loaded only when it is asked for, so that `--version` and mistakes answer at once. */
  readonly load: () => Promise<Command>;
}

export const commands = {
  audit: { summary: "Audit a site and report what to fix", load: () => import("./audit.ts") },
  diff: { summary: "Show what changed since another audit", load: () => import("./diff.ts") },
  mutes: { summary: "Show, add and remove mutes of findings", load: () => import("./mutes.ts") },
  setup: { summary: "Become the operator of a new installation", load: () => import("./setup.ts") },
  login: { summary: "Sign in to an installation of Mentha", load: () => import("./login.ts") },
  logout: { summary: "End the session and forget it", load: () => import("./logout.ts") },
  whoami: { summary: "Show where and as whom you are signed in", load: () => import("./whoami.ts") },
  online: { summary: "Show who is online in the workspace", load: () => import("./online.ts") },
  inbox: { summary: "Show what happened that concerns you", load: () => import("./inbox.ts") },
  usage: { summary: "Show who asked how much, by day", load: () => import("./usage.ts") },
  log: { summary: "Show, check and export the audit log", load: () => import("./log.ts") },
  schedules: { summary: "Show, make and run what is started by itself", load: () => import("./schedules.ts") },
  reports: { summary: "Show, make and save reports for stakeholders", load: () => import("./reports.ts") },
  webhooks: { summary: "Show, make and test webhooks, and send again", load: () => import("./webhooks.ts") },
  listen: { summary: "Receive webhooks on this computer and print them", load: () => import("./listen.ts") },
  keys: { summary: "List, make, edit, rotate and revoke API keys", load: () => import("./keys.ts") },
} as const satisfies Record<string, Entry>;
export type CommandName = keyof typeof commands;

export const isCommand = (name: string): name is CommandName => Object.hasOwn(commands, name);

export const commandNames = Object.keys(commands).filter(isCommand);
