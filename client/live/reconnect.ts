import { type CloseReason, closeReasons } from "../../shared/live/index.ts";
import { isFinal } from "../is-final.ts";
import { ApiProblem } from "../problem.ts";

/** A socket ended, or could not be opened. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
  /** Of RFC 6455: 1006 when there was no handshake, such as where the network or a proxy ended it. */
  readonly code: number;
  /** Why Mentha closed it; undefined when it was not Mentha, or for a reason of a later version. */
  readonly reason: CloseReason | undefined;

  constructor(message: string, code: number) {
    super(message);
    this.code = code;
    this.reason = reasons.get(code);
  }
}

/** The server does not speak the version of the protocol that this client knows. */
export class UnknownProtocol extends Error {
  override readonly name = "UnknownProtocol";
}

const baseMs = 1_000;
const longestMs = 30_000;
/** Who sent too much or did not read is not wanted back earlier. */
const laterMs = 60_000;

/**
 * How long to wait before the next attempt, in whole ms, after what ended a connection or an attempt; null when another would not mend it. Any moment
 * up to a second, which doubles with each of the failures in a row before this one: those who lost a server together do not come back
 * together. What the server asks to wait comes before that. `random` gives at least 0 and less than 1.
 */
export function waitAfter(why: unknown, failures: number, random: () => number): number | null {
  if (isFinal(why) || why instanceof UnknownProtocol) return null;
  const askedMs = why instanceof ConnectionLost ? askedBy(why) : why instanceof ApiProblem ? (why.retryAfterMs ?? 0) : 0;
  return askedMs === null ? null : askedMs + Math.floor(random() * Math.min(longestMs, baseMs * 2 ** failures));
}

function askedBy({ reason }: ConnectionLost): number | null {
  // This client tells its tab's id to nobody, so only a socket of its own can take its place: one that was given up and arrived late.
  if (reason === undefined || reason === "replaced") return 0;
  const { next } = closeReasons[reason];
  if (next === "stay-away") return null;
  return next === "return-later" ? laterMs : 0;
}

const isReason = (name: string): name is CloseReason => Object.hasOwn(closeReasons, name);
const reasons: ReadonlyMap<number, CloseReason> = new Map(
  Object.entries(closeReasons).flatMap(([name, { code }]) => (isReason(name) ? [[code, name] as const] : [])),
);
