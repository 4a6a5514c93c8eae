import type { Arrival } from "./receiver.ts";

/** In ms: a little less than Mentha waits itself, so that it is told of the failure. */
const patienceMs = 14_000;

/** Headers that are about one connection, of which this is another (RFC 9110, 7.6.1, and those that say how long the body is). */
const ofConnection = new Set(["connection", "content-length", "expect", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"]);

/** What came back. */
export interface Forwarded {
  /** 502 when there was no answer, as a gateway says. */
  readonly status: number;
  /** Why there was none. */
  readonly fault?: string;
}

/** Sends a request on, byte for byte, so that its signature holds there too. */
export async function forward(url: string, { headers, body }: Arrival, signal: AbortSignal): Promise<Forwarded> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !ofConnection.has(name))),
      body: new Uint8Array(body),
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
    });
    await response.body?.cancel();
    return { status: response.status };
  } catch (thrown) {
    const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
    return { status: 502, fault: cause instanceof Error ? cause.message : String(cause) };
  }
}
