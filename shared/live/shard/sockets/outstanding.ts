/** What was sent over one socket and is not acknowledged yet. */
export interface Outstanding {
  /** Messages that were sent; until somebody says how many those were before the object woke, since then. */
  sent: number;
  /** Of those, how many were acknowledged. */
  acknowledged: number;
  /** Length of what was sent since the last acknowledgement. */
  length: number;
  /** So many more than `sent` may have been sent; infinitely many when it is not known at all, since the object woke. */
  uncounted: number;
}

export const maxOutstanding = 1_000;
/** In characters, which is what can be counted without another look at each text; sent are as many bytes or a few more. */
export const maxOutstandingLength = 1_000_000;

export const newOutstanding = (): Outstanding => ({ sent: 0, acknowledged: 0, length: 0, uncounted: 0 });

/** Of a socket that was open while the object slept; so many were known to be not acknowledged. */
export const outstandingAfterWaking = (known: number): Outstanding => ({ sent: known, acknowledged: 0, length: 0, uncounted: Number.POSITIVE_INFINITY });

export const countOutstanding = ({ sent, acknowledged }: Outstanding): number => sent - acknowledged;

/** Counts one that was sent; false when the client has let too many pass. */
export function noteSent(outstanding: Outstanding, length: number): boolean {
  outstanding.sent += 1;
  outstanding.length += length;
  return outstanding.sent - outstanding.acknowledged <= maxOutstanding && outstanding.length <= maxOutstandingLength;
}

/** Messages that may have been sent before the object slept without being kept as not acknowledged. */
const maxUnkept = 150;

/**
 * Somebody says that they received so many in all; false when so many were not sent. After the object slept, the first time they say so tells how many
 * were sent before: nobody is thought behind for what was not counted, and what was on its way to them then may come on top.
 */
export function acknowledge(outstanding: Outstanding, received: number): boolean {
  const { sent, uncounted, acknowledged } = outstanding;
  if (received > sent + uncounted) return false;
  if (uncounted === Number.POSITIVE_INFINITY) outstanding.uncounted = sent + maxUnkept;
  else if (received > sent) outstanding.uncounted -= received - sent;
  outstanding.sent = Math.max(sent, received);
  outstanding.acknowledged = Math.max(acknowledged, received);
  if (received > acknowledged) outstanding.length = 0;
  return true;
}
