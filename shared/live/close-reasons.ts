/** What a client does after its socket was closed: comes back, now or after a while, or stays away. */
type Next = "return" | "return-later" | "stay-away";

/**
 * Why Mentha closes a socket. Codes from 4000 on are for applications (RFC 6455, 7.4.2); the name is sent as the reason.
 * 1001 is sent by the platform, such as during a deployment: clients come back.
 */
export const closeReasons = {
  /** The connection belongs to another object now; the new one may be opened first. */
  moved: { code: 4000, next: "return" },
  /** A role, a key or a session changed: whoever still may gets a new ticket. */
  rights_changed: { code: 4001, next: "return" },
  /** An operator ended it. */
  disconnected: { code: 4002, next: "stay-away" },
  /** Nothing came for five minutes. */
  silent: { code: 4003, next: "return" },
  /** It sent too much, or what cannot be read. */
  flooding: { code: 4004, next: "return-later" },
  /** It does not read what it is sent. */
  not_reading: { code: 4005, next: "return-later" },
  /** The same tab connected again. */
  replaced: { code: 4006, next: "stay-away" },
  /** The session or the key ended. */
  expired: { code: 4007, next: "return" },
} as const satisfies Record<string, { readonly code: number; readonly next: Next }>;
export type CloseReason = keyof typeof closeReasons;
