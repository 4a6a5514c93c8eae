import { hourMs, minuteMs, secondMs } from "../../platform/index.ts";

/** How many tries are free, and how long whoever makes more has to wait before each. */
interface AttemptPolicy {
  /** What is counted: an IP address (of IPv6 the network, since a household has billions), or an e-mail address. */
  readonly of: "ip" | "address";
  readonly free: number;
  /** The counting starts anew when so much time has passed since it began, or since the last wait ended. */
  readonly windowMs: number;
  /** The first wait; each try after it doubles it. */
  readonly baseMs: number;
  /** The longest wait. */
  readonly capMs: number;
}

/** The one table of what is slowed down when it is tried too often. */
export const attemptPolicies = {
  /** Failed sign-ins from one place. */
  signInIp: { of: "ip", free: 5, windowMs: 15 * minuteMs, baseMs: secondMs, capMs: 15 * minuteMs },
  /** Failed sign-ins of one person, from anywhere. A short wait: whoever guesses must not lock the person out. */
  signInAddress: { of: "address", free: 5, windowMs: 15 * minuteMs, baseMs: secondMs, capMs: minuteMs },
  /** E-mails that strangers make us send. */
  mailIp: { of: "ip", free: 10, windowMs: hourMs, baseMs: minuteMs, capMs: hourMs },
  /** E-mails that somebody gets without having asked. */
  mailAddress: { of: "address", free: 3, windowMs: hourMs, baseMs: minuteMs, capMs: 15 * minuteMs },
  /** Guesses of what links in e-mails carry. */
  tokenIp: { of: "ip", free: 10, windowMs: 15 * minuteMs, baseMs: secondMs, capMs: 15 * minuteMs },
} as const satisfies Record<string, AttemptPolicy>;
export type AttemptPolicyName = keyof typeof attemptPolicies;
