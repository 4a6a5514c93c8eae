import { z } from "zod";
import { isLoopbackUrl } from "../../platform/index.ts";
import type { WebhookKind } from "../webhook-kind.ts";
import { refusesConnector } from "./teams/retired-connector.ts";

/** What somebody gives who makes an endpoint of a kind. */
export interface KindSettings {
  /** Whether people give an address; else it is always `address`. */
  readonly address: "given" | `https://${string}`;
  /**
   * What is wrong with a given address, in a sentence, or null; that egress lets it through is checked elsewhere. Outside production something on the same
   * computer may stand in for any service.
   */
  readonly refuses: (url: URL, isProduction: boolean) => string | null;
  /** The address as people may see it again. */
  readonly shown: (url: URL) => string;
  /** Sealed and never shown. */
  readonly credentials: z.ZodType<Readonly<Record<string, string>>>;
  readonly options: z.ZodType<Readonly<Record<string, unknown>>>;
  /** Whether custom headers are sent. */
  readonly takesHeaders: boolean;
}

const nothing = z.strictObject({});
const anyAddress = () => null;
const whole = (url: URL): string => url.href;
/** Whoever knows the rest may post. */
const hostOnly = (url: URL): string => `${url.origin}/…`;
const text = (max: number) => z.string().min(1).max(max);

const onHost =
  (pattern: RegExp, which: string): KindSettings["refuses"] =>
  (url, isProduction) =>
    pattern.test(url.hostname) || (!isProduction && isLoopbackUrl(url)) ? null : `Give the address that ${which}`;

const whenFixed = z.enum(["comment", "close", "nothing"]).default("comment");
export type WhenFixed = z.infer<typeof whenFixed>;

const JiraOptions = z.strictObject({
  projectKey: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]{1,99}$/, { error: "must be a project's key, such as SHOP" })
    .describe("Key of the project that tickets are made in"),
  issueType: text(100).default("Bug").describe("Name of the type of ticket"),
  whenFixed: whenFixed.describe("What becomes of a ticket whose finding is fixed"),
  closeTransition: text(100).default("Done").describe("Name of the transition that closes a ticket, or of the status it leads to"),
});
export type JiraOptions = z.infer<typeof JiraOptions>;

const trelloId = z.string().regex(/^[0-9a-f]{24}$/, { error: "must be the id of a list: 24 hexadecimal digits" });
const TrelloOptions = z.strictObject({
  listId: trelloId.describe("Id of the list that cards are put into"),
  whenFixed: whenFixed.describe("What becomes of a card whose finding is fixed; `close` archives it"),
});

const PagerdutyOptions = z.strictObject({
  region: z.enum(["us", "eu"]).default("us").describe("Where the account is: `eu` when the address of its pages begins with `https://….eu.pagerduty.com`"),
});

/** What each kind asks for. A kind of requests to an address that is a credential shows its host only. */
export const kindSettings = {
  http: { address: "given", refuses: anyAddress, shown: whole, credentials: nothing, options: nothing, takesHeaders: true },
  slack: {
    address: "given",
    refuses: onHost(/^hooks\.slack(?:-gov)?\.com$/, "Slack shows for an incoming webhook: https://hooks.slack.com/services/…"),
    shown: hostOnly,
    credentials: nothing,
    options: nothing,
    takesHeaders: false,
  },
  teams: {
    address: "given",
    refuses: refusesConnector,
    shown: hostOnly,
    credentials: nothing,
    options: nothing,
    takesHeaders: false,
  },
  jira: {
    address: "given",
    refuses: (url: URL) =>
      url.pathname === "/" && url.search === "" ? null : "Give the address of the Jira site alone, such as https://example.atlassian.net.",
    shown: whole,
    credentials: z.strictObject({ email: z.email().max(254), token: text(2_000) }),
    options: JiraOptions,
    takesHeaders: false,
  },
  trello: {
    address: "https://api.trello.com",
    refuses: anyAddress,
    shown: whole,
    credentials: z.strictObject({ key: text(200), token: text(500) }),
    options: TrelloOptions,
    takesHeaders: false,
  },
  discord: {
    address: "given",
    refuses: onHost(/^(?:(?:ptb|canary)\.)?discord(?:app)?\.com$/, "Discord shows for a webhook: https://discord.com/api/webhooks/…"),
    shown: hostOnly,
    credentials: nothing,
    options: nothing,
    takesHeaders: false,
  },
  pagerduty: {
    address: "https://events.pagerduty.com",
    refuses: anyAddress,
    shown: whole,
    credentials: z.strictObject({ routingKey: z.string().regex(/^[0-9a-zA-Z]{32}$/, { error: "must be an integration key: 32 letters and digits" }) }),
    options: PagerdutyOptions,
    takesHeaders: false,
  },
} as const satisfies Readonly<Record<WebhookKind, KindSettings>>;
