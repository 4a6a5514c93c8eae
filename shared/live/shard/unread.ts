/** What was sent over one socket and is not acknowledged yet. */
export interface Unread {
  /** Messages that were sent; while `isCounted` is false, since the object woke. */
  sent: number;
  /** Of those, how many were acknowledged. */
  acknowledged: number;
  /** Length of what was sent since the last acknowledgement. */
  length: number;
  /** False when it is not known how many were sent before the object woke. */
  isCounted: boolean;
}

export const maxUnread = 1_000;
/** In characters, which is what can be counted without another look at each text; sent are as many bytes or a few more. */
export const maxUnreadLength = 1_000_000;

export const newUnread = (): Unread => ({ sent: 0, acknowledged: 0, length: 0, isCounted: true });

/** Of a socket that was open while the object slept; `outstanding` were known to be not acknowledged. */
export const unreadAfterWaking = (outstanding: number): Unread => ({ sent: outstanding, acknowledged: 0, length: 0, isCounted: false });

export const outstandingOf = ({ sent, acknowledged }: Unread): number => sent - acknowledged;

/** Counts one that was sent; false when the client has let too many pass. */
export function noteSent(unread: Unread, length: number): boolean {
  unread.sent += 1;
  unread.length += length;
  return unread.sent - unread.acknowledged <= maxUnread && unread.length <= maxUnreadLength;
}

/**
 * Somebody says that they received so many in all. After the object slept, the first time they say so tells how many were sent before:
 * nobody is thought behind for what was not counted. A number that cannot be is the highest that can.
 */
export function acknowledge(unread: Unread, received: number): void {
  if (!unread.isCounted) {
    unread.isCounted = true;
    unread.sent = Math.max(unread.sent, received);
  }
  unread.acknowledged = Math.max(unread.acknowledged, Math.min(received, unread.sent));
  unread.length = 0;
}
