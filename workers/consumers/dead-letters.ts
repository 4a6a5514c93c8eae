import { databaseFor } from "../../shared/db/client.ts";
import { parkOrStore, type QueueName } from "../../shared/dead-letters/index.ts";
import { type AppError, systemClock } from "../../shared/platform/index.ts";

/** Keeps a message that its queue has given up, or that no try can help. */
export async function park(env: Env, queue: QueueName, message: Message, error: Pick<AppError, "code" | "message">): Promise<void> {
  const { id: messageId, body, attempts } = message;
  await parkOrStore(
    { db: databaseFor(env, workspaceOf(body)), now: systemClock, store: env.STORE },
    { queue, messageId, body, errorCode: error.code, errorMessage: error.message, attempts },
  );
}

/** Every message names its workspace; one that does not is kept in the first database. */
function workspaceOf(body: unknown): string {
  const workspaceId: unknown = typeof body === "object" && body !== null ? Reflect.get(body, "workspaceId") : undefined;
  return typeof workspaceId === "string" ? workspaceId : "";
}
