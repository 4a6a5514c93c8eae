import { type ApiClient, isFinal } from "../client/index.ts";
import { type Audit, hasEnded } from "../shared/audits/index.ts";
import type { ProgressView } from "./progress.ts";

/** In ms: without a socket for this long, another way is better than to wait for one. */
const patienceMs = 5_000;
/** In ms: an event may get lost on its way, what the API answers is so. */
const lookEveryMs = 30_000;
/** In ms, after the API could not be asked. */
const lookAgainMs = 2_000;

/**
 * Waits for an audit's end with live updates, and shows its progress. Resolves with undefined when there is no socket to get them over, such as
 * with an older server or behind a proxy that lets none through, or none any more. Rejects when the signal is aborted.
 */
export async function followLive(
  client: Pick<ApiClient, "connectLive" | "getAudit">,
  id: string,
  view: ProgressView,
  signal: AbortSignal,
): Promise<Audit | undefined> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<Audit | undefined>();
  const giveUp = (): void => resolve(undefined);
  const stop = (): void => reject(signal.reason);
  let again: ReturnType<typeof setTimeout> | undefined;
  /** What breaks a socket off breaks a request off as well, and passes as that does. */
  const onLookFailed = (why: unknown): void => {
    if (isFinal(why)) giveUp();
    else again ??= setTimeout(lookAgain, lookAgainMs);
  };
  const lookAgain = (): void => {
    again = undefined;
    look();
  };
  const look = (): void =>
    void client.getAudit(id).then((audit) => {
      if (hasEnded(audit.status)) resolve(audit);
    }, onLookFailed);

  const live = client.connectLive();
  let wasOpen = false;
  let patience: ReturnType<typeof setTimeout> | undefined = setTimeout(giveUp, patienceMs);
  live.onState(({ name }) => {
    if (name === "open") {
      wasOpen = true;
      clearTimeout(patience);
      patience = undefined;
    } else if (name === "closed" || !wasOpen) giveUp();
    else patience ??= setTimeout(giveUp, patienceMs);
  });
  live.follow(`audit:${id}`, {
    onGap: look,
    onRefused: giveUp,
    onEvent(event) {
      if (event.type === "audit.changed") look();
      if (event.type === "audit.progress") view.show(event.progress);
    },
  });
  const looking = setInterval(look, lookEveryMs);
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await promise;
  } finally {
    live.close();
    clearTimeout(patience);
    clearInterval(looking);
    clearTimeout(again);
    signal.removeEventListener("abort", stop);
  }
}
