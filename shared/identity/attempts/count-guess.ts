import { commit, type VisitorContext } from "../../platform/index.ts";
import { countAttempt, takeBackAttempt } from "./count-attempt.ts";

/**
 * Finds what a token is for. It counts as a guess of the place that it comes from unless it is found.
 * @throws AppError `rate_limited` after too many guesses, and whatever `find` throws
 */
export async function countGuess<T>(ctx: VisitorContext, find: () => Promise<T>): Promise<T> {
  const attempt = await countAttempt(ctx, "tokenIp", ctx.client.ip);
  const found = await find();
  await commit(ctx.directory, [takeBackAttempt(ctx, attempt)]);
  return found;
}
