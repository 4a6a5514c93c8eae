import type { Context as HonoContext } from "hono";
import { protocol } from "../../../shared/live/index.ts";
import { AppError } from "../../../shared/platform/index.ts";

/** The words of a header that lists them with commas between. */
const wordsOf = (header: string | undefined): string[] => (header ?? "").split(",").map((word) => word.trim());

/**
 * Refuses what does not ask for a WebSocket that speaks our protocol: who offers none does not know what comes over it (RFC 6455, 4.2.2).
 * @throws AppError `upgrade_required`, `bad_request`
 */
export function requireUpgrade({ req }: Pick<HonoContext, "req">): void {
  const asksFor = wordsOf(req.header("Upgrade")?.toLowerCase());
  if (req.method !== "GET" || !asksFor.includes("websocket")) {
    throw new AppError("upgrade_required", "This address opens WebSockets only: ask with GET and the header Upgrade: websocket, as a WebSocket client does.");
  }
  if (!wordsOf(req.header("Sec-WebSocket-Protocol")).includes(protocol)) {
    throw new AppError("bad_request", `Offer the subprotocol ${protocol}, as in new WebSocket(url, "${protocol}").`);
  }
}
