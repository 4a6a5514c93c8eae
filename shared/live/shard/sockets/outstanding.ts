/** What was sent over one socket and is not acknowledged yet. */
export interface Outstanding {
  /** Messages that were sent; while `isCounted` is false, since the object woke. */
  sent: number;
  /** Of those, how many were acknowledged. */
  acknowledged: number;
  /** Length of what was sent since the last acknowledgement. */
  length: number;
  /** False when it is not known how many were sent before the object woke. */
  isCounted: boolean;
}

export const maxOutstanding = 1_000;
/** In characters, which is what can be counted without another look at each text; sent are as many bytes or a few more. */
export const maxOutstandingLength = 1_000_000;

export const newOutstanding = (): Outstanding => ({ sent: 0, acknowledged: 0, length: 0, isCounted: true });

/** Of a socket that was open while the object slept; so many were known to be not acknowledged. */
export const outstandingAfterWaking = (known: number): Outstanding => ({ sent: known, acknowledged: 0, length: 0, isCounted: false });

export const countOutstanding = ({ sent, acknowledged }: Outstanding): number => sent - acknowledged;

/** Counts one that was sent; false when the client has let too many pass. */
export function noteSent(outstanding: Outstanding, length: number): boolean {
  outstanding.sent += 1;
  outstanding.length += length;
  return outstanding.sent - outstanding.acknowledged <= maxOutstanding && outstanding.length <= maxOutstandingLength;
}

/**
 * Somebody says that they received so many in all. After the object slept, the first time they say so tells how many were sent before:
 * nobody is thought behind for what was not counted. A number that cannot be is the highest that can.
 */
export function acknowledge(outstanding: Outstanding, received: number): void {
  if (!outstanding.isCounted) {
    outstanding.isCounted = true;
    outstanding.sent = Math.max(outstanding.sent, received);
  }
  outstanding.acknowledged = Math.max(outstanding.acknowledged, Math.min(received, outstanding.sent));
  outstanding.length = 0;
}
