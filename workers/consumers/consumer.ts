import type { z } from "zod";
import { AppError } from "../../shared/platform/index.ts";

/** What every message of one delivered batch shares. */
export interface Delivery {
  readonly env: Env;
  readonly context: Pick<ExecutionContext, "waitUntil">;
  /** Runs `work` when one of the invocation's outgoing connections is free; a Worker has six. */
  readonly withConnection: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Processes one message, or throws: what becomes of it then is written on the error (`AppError.retryable`). */
export type Consumer = (body: unknown, delivery: Delivery) => Promise<void>;

/** Begins with a batch: answers what processes each of its messages, which may do together what they have in common. Never throws. */
export type BatchConsumer = (delivery: Delivery) => (body: unknown) => Promise<void>;

/** A message of the expected shape; any other is permanently useless and gets parked. */
export function parseMessage<T extends z.ZodType>(schema: T, body: unknown): z.infer<T> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new AppError("invalid", `The message cannot be read: ${parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`).join("; ")}`);
}
