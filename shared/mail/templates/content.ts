import type { invitations } from "../../db/schema/index.ts";
import type { Language } from "../../platform/index.ts";

/** Where an e-mail leads. */
export interface MailLink {
  readonly url: string;
  /** What the link carries, for whoever types it in by hand. */
  readonly code: string;
  /** When it stops working, in ms since 1970. */
  readonly until: number;
}

/** What an e-mail says, before it is put into words. */
export type MailContent =
  | {
      readonly kind: "invitation";
      /** Name of who invites, and their address; an empty name is left out. */
      readonly inviter: { readonly name: string; readonly email: string };
      readonly workspace: string;
      readonly role: (typeof invitations.$inferSelect)["role"];
      readonly link: MailLink;
    }
  | LinkContent<"reset-password">
  | LinkContent<"verify-email">
  | Notice<"password-changed">
  /** To the address that was replaced. */
  | Notice<"email-changed">
  | {
      readonly kind: "notification";
      /** Such as `audit.failed`: what its reader may turn off. */
      readonly type: string;
      readonly words: Readonly<Record<Language, { readonly title: string; readonly text: string }>>;
      /** Further paragraphs. */
      readonly more?: Readonly<Record<Language, readonly string[]>>;
      readonly workspace: { readonly id: string; readonly name: string };
      /** Where this installation has what it tells of, from its first slash; null where that is nothing to look at. */
      readonly path: string | null;
    }
  | {
      readonly kind: "dead-letter-digest";
      /** Messages that wait for a decision, by queue and kind of error. */
      readonly parked: readonly { readonly queue: string; readonly errorCode: string; readonly count: number }[];
      /** Jobs that failed for good, by type. */
      readonly failedJobs: readonly { readonly type: string; readonly count: number }[];
      /** Since when the oldest of them waits, ms since 1970. */
      readonly oldestAt: number;
    };

interface LinkContent<K> {
  readonly kind: K;
  /** The account's, or the one that is to be proven. */
  readonly email: string;
  readonly link: MailLink;
}

interface Notice<K> {
  readonly kind: K;
  readonly email: string;
}

/** How its reader writes. */
export interface MailReader {
  readonly language: Language;
  /** IANA name, such as `Europe/Madrid`. */
  readonly timeZone: string;
}
