import type { Me, Membership } from "../../shared/identity/index.ts";
import { UsageError } from "../errors.ts";

/** Id of the workspace that somebody means by its id or its name. Throws `UsageError`, which lists those that could be meant. */
export function workspaceNamed(typed: string, workspaces: readonly Membership[]): string {
  const [one, another] = workspaces.filter(({ id, name }) => id === typed || name.toLowerCase() === typed.toLowerCase());
  if (one !== undefined && another === undefined) return one.id;
  const problem = one === undefined ? `you belong to none that is called "${typed}"` : `several are called "${typed}"; give an id`;
  throw new UsageError([`--workspace: ${problem}`, ...workspaceLines(workspaces)].join("\n"));
}

/**
 * Id of the workspace that commands work in from now on: the one that is named, else the one that was kept before, else the only one. Undefined
 * where there is none, or one of several is still to be chosen. Throws `UsageError` as `workspaceNamed` does.
 */
export function workspaceToKeep({ named, before }: { named: string | undefined; before: string | undefined }, workspaces: readonly Membership[]) {
  if (named !== undefined) return workspaceNamed(named, workspaces);
  const [only, another] = workspaces;
  return workspaces.find(({ id }) => id === before)?.id ?? (another === undefined ? only?.id : undefined);
}

/** How to say which of several is meant. */
export const choosing = (server: string): string => `--workspace NAME or ID for one command; to keep it: npx mentha login ${server} --workspace NAME`;

/** Said to somebody whose last workspace was left or never joined. */
export const inNone = ({ isOperator }: Pick<Me["user"], "isOperator">): string =>
  isOperator
    ? "none yet; as an operator you may make one: POST /api/admin/workspaces. Without one you read the installation's log: npx mentha log --installation"
    : "none yet; ask an admin of one to invite you";

/** One line for each, to choose from. */
export const workspaceLines = (workspaces: readonly Membership[]): string[] => workspaces.map(({ id, name, role }) => `  ${id}  ${name} (${role})`);
