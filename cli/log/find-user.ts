import { type ApiClient, ApiProblem } from "../../client/index.ts";
import { UsageError } from "../errors.ts";
import type { LogTask } from "./log-options.ts";

/** As `withUserId`, for the installation's log, which is also read by who is in no workspace. Throws `UsageError` for an address that they cannot look up. */
export async function withUserIdIfAny(task: LogTask, client: Pick<ApiClient, "listMembers">, signal: AbortSignal): Promise<LogTask> {
  try {
    return await withUserId(task, client, signal);
  } catch (thrown) {
    if (!(thrown instanceof ApiProblem && thrown.status === 403)) throw thrown;
    throw new UsageError(
      "--user: an address is looked up among the members of your workspace. Name somebody by their id (usr_…), which mentha log --installation --json shows.",
      { cause: thrown },
    );
  }
}

/** The task with the id of the member whose e-mail address it names, if it names one. Throws `UsageError` for an address of nobody in the workspace. */
export async function withUserId(task: LogTask, { listMembers }: Pick<ApiClient, "listMembers">, signal: AbortSignal): Promise<LogTask> {
  if (task.kind === "verify" || task.email === undefined) return task;
  const address = task.email.toLowerCase(); // as it is stored
  for await (const { userId, email } of listMembers({}, signal)) {
    if (email === address) return { ...task, filters: { ...task.filters, userId } };
  }
  throw new UsageError(
    `--user: nobody in the workspace has the address ${task.email}. Who has left is named by their id (usr_…), which mentha log --json shows.`,
  );
}
