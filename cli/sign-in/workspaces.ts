import type { Membership } from "../../shared/identity/index.ts";
import { UsageError } from "../errors.ts";

/** Id of the workspace that somebody means by its id or its name. Throws `UsageError`, which lists those that could be meant. */
export function workspaceNamed(typed: string, workspaces: readonly Membership[]): string {
  const [one, another] = workspaces.filter(({ id, name }) => id === typed || name.toLowerCase() === typed.toLowerCase());
  if (one !== undefined && another === undefined) return one.id;
  const problem = one === undefined ? `you belong to none that is called "${typed}"` : `several are called "${typed}"; give an id`;
  throw new UsageError([`--workspace: ${problem}`, ...workspaceLines(workspaces)].join("\n"));
}

/** One line for each, to choose from. */
export const workspaceLines = (workspaces: readonly Membership[]): string[] => workspaces.map(({ id, name, role }) => `  ${id}  ${name} (${role})`);
