import { dayMs, hourMs, minuteMs, secondMs } from "../../platform/index.ts";

/** How many tries are free, and how long whoever makes more has to wait before each. */
interface AttemptPolicy {
  /** What is counted: an IP address (of IPv6 the network, since a household has billions), an e-mail address, or the id of a workspace. */
  readonly of: "ip" | "address" | "workspace";
  readonly free: number;
  /** The counting starts anew when so much time has passed since it began, or since the last wait ended. */
  readonly windowMs: number;
  /** The first wait, doubled by each try after it, and the longest; null to wait for the end of the window, with which the counting starts anew. */
  readonly wait: { readonly baseMs: number; readonly capMs: number } | null;
  /** What happened, in words for whoever must wait; how long follows. The same whether or not an address has an account. */
  readonly says: string;
}

/** The one table of what is slowed down when it is tried too often. */
export const attemptPolicies = {
  /** Failed sign-ins from one place. */
  signInIp: {
    of: "ip",
    free: 5,
    windowMs: 15 * minuteMs,
    wait: { baseMs: secondMs, capMs: 15 * minuteMs },
    says: "Too many sign-ins from your network failed.",
  },
  /** Failed sign-ins of one person, from anywhere. A short wait: whoever guesses must not lock the person out. */
  signInAddress: {
    of: "address",
    free: 5,
    windowMs: 15 * minuteMs,
    wait: { baseMs: secondMs, capMs: minuteMs },
    says: "Too many wrong passwords were given for this e-mail address.",
  },
  /** E-mails that somebody makes us send. */
  mailIp: {
    of: "ip",
    free: 10,
    windowMs: hourMs,
    wait: { baseMs: minuteMs, capMs: hourMs },
    says: "Too many e-mails were asked for from your network.",
  },
  /** E-mails that strangers make us send to somebody. */
  mailAddress: {
    of: "address",
    free: 3,
    windowMs: hourMs,
    wait: { baseMs: minuteMs, capMs: 15 * minuteMs },
    says: "Too many e-mails were asked for to this address.",
  },
  /** E-mails that people who signed in make us send to somebody, such as invitations: strangers must not be able to hold these up. */
  memberMailAddress: {
    of: "address",
    free: 3,
    windowMs: hourMs,
    wait: { baseMs: minuteMs, capMs: 15 * minuteMs },
    says: "Too many invitations or links to prove it were sent to this address.",
  },
  /** Invitations that a workspace sends, revoked ones and repetitions included: nobody writes to half the world in its name. */
  workspaceMail: { of: "workspace", free: 200, windowMs: dayMs, wait: null, says: "This workspace sent 200 invitations within a day, which is the most." },
  /** Guesses of what links in e-mails carry. */
  tokenIp: {
    of: "ip",
    free: 10,
    windowMs: 15 * minuteMs,
    wait: { baseMs: secondMs, capMs: 15 * minuteMs },
    says: "Too many links or codes that do not work were tried from your network.",
  },
} as const satisfies Record<string, AttemptPolicy>;
export type AttemptPolicyName = keyof typeof attemptPolicies;

/** After the longest of their windows nothing is counted on. */
export const longestTriesMs = Math.max(...Object.values(attemptPolicies).map(({ windowMs }) => windowMs));
