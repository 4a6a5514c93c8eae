import { takeSocket } from "../../../durable-objects/stubs.ts";
import { type Arrival, ArrivalRefusal, badTicket, protocol } from "../../../shared/live/index.ts";
import { AppError, secondMs } from "../../../shared/platform/index.ts";

/** How long to wait with another try when the object did not answer. */
const silenceMs = 5 * secondMs;

/**
 * Hands a socket to the object that is to hold it, and answers with its other end.
 * @throws AppError `unauthenticated` for a ticket that was used, and for somebody whose rights changed meanwhile, `rate_limited` when the person has too many, `unavailable` when the object is full or
 *   does not answer
 */
export async function openSocket(env: Env, arrival: Arrival): Promise<Response> {
  const answer = await takeSocket(env, arrival).catch((cause: unknown) => {
    throw new AppError("unavailable", "The object of live connections does not answer.", { cause, retryAfterMs: silenceMs });
  });
  // Not the object's own answer, whose headers cannot be changed on their way out.
  if (answer.webSocket !== null) return new Response(null, { status: 101, webSocket: answer.webSocket, headers: { "Sec-WebSocket-Protocol": protocol } });
  throw refusalOf(ArrivalRefusal.parse(await answer.json()));
}

function refusalOf(refusal: ArrivalRefusal): AppError {
  switch (refusal.code) {
    case "used_ticket":
    case "outdated":
      return badTicket();
    case "too_many":
      return new AppError("rate_limited", "You have as many live connections as one person may have at once, with those of your API keys. Close one first.", {
        retryAfterMs: refusal.retryAfterSeconds * secondMs,
      });
    case "full":
      return new AppError("unavailable", "As many live connections are open as can be.", { retryAfterMs: refusal.retryAfterSeconds * secondMs });
    case "misdirected":
      return new AppError("internal", "A socket was handed to an object that is not its own.");
  }
}
