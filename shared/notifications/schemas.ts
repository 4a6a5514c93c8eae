import { z } from "zod";
import { Role } from "../identity/index.ts";
import { AnyUrl, Count, Id, ListQuery, listOf, Millis, Name, Percent, Text } from "../platform/index.ts";

const ofAudit = z.object({ auditId: Id("audit"), url: AnyUrl });
const ofCompleted = ofAudit.extend({ score: Percent.nullable().describe("0–100; null when there was nothing to check") });
const ofRegressed = ofAudit.extend({
  problems: Count.describe("Rules that fail where they did not before, as a second look found too"),
  scoreBefore: Percent.nullable().describe("0–100, of the audit before; null when there was nothing to check"),
  score: Percent.nullable().describe("0–100; null when there was nothing to check"),
});
const ofNewcomer = z.object({ userId: Id("user") });
const ofRole = z.object({ role: Role });
const ofWebhook = z.object({ webhookId: Id("webhook"), name: Text(300).describe("What people call it, else the host that it is at") });
const ofFailing = ofWebhook.extend({ since: Millis.describe("Since when nothing arrived, ms since 1970, UTC") });
const ofDisabled = ofWebhook.extend({ reason: z.enum(["gone", "failing"]).describe("`gone` when it said that it takes nothing more") });

const ofReport = z.object({
  reportId: Id("report"),
  sites: Count.describe("Sites in it"),
  audited: Count.describe("Sites that were audited in its time"),
  better: Count.describe("Problems that were fixed"),
  worse: Count.describe("Problems that are new"),
});

/** What a notification is stored as: values and ids. Names are looked up when it is read, since people change them, and leave. */
export const Said = z.discriminatedUnion("type", [
  z.object({ type: z.literal("audit.completed"), data: ofCompleted }),
  z.object({ type: z.literal("audit.failed"), data: ofAudit }),
  z.object({ type: z.literal("audit.regressed"), data: ofRegressed }),
  z.object({ type: z.literal("member.joined"), data: ofNewcomer }),
  z.object({ type: z.literal("member.role-changed"), data: ofRole }),
  z.object({ type: z.literal("report.ready"), data: ofReport }),
  z.object({ type: z.literal("webhook.failing"), data: ofFailing }),
  z.object({ type: z.literal("webhook.disabled"), data: ofDisabled }),
]);
export type Said = z.infer<typeof Said>;

export const notificationTypes = [
  "audit.completed",
  "audit.failed",
  "audit.regressed",
  "member.joined",
  "member.role-changed",
  "report.ready",
  "webhook.failing",
  "webhook.disabled",
] as const satisfies readonly Said["type"][];
export const NotificationType = z.enum(notificationTypes).meta({ id: "NotificationType" });
export type NotificationType = z.infer<typeof NotificationType>;

const notification = <T extends NotificationType, D extends z.ZodType>(type: T, data: D) =>
  z.object({ id: Id("notification"), type: z.literal(type), createdAt: Millis, readAt: Millis.nullable().describe("Null for one that is unread"), data });
const named = ofNewcomer.extend({ name: Name(200).or(z.literal("")).describe("Empty for somebody who said none, or left, and over live connections") });

const completed = notification("audit.completed", ofCompleted);
const failed = notification("audit.failed", ofAudit);
const regressed = notification("audit.regressed", ofRegressed);
const joined = notification("member.joined", named);
const roleChanged = notification("member.role-changed", ofRole);
const reportReady = notification("report.ready", ofReport);
const failing = notification("webhook.failing", ofFailing);
const disabled = notification("webhook.disabled", ofDisabled);

/** Something that happened and concerns its reader, by type. */
export const Notification = z
  .discriminatedUnion("type", [completed, failed, regressed, joined, roleChanged, reportReady, failing, disabled])
  .meta({ id: "Notification" });
export type Notification = z.infer<typeof Notification>;

const inWords = { title: Text(200), text: Text(5_000).describe("One sentence or two, in the language of the answer") };

/** The same in words. */
export const ShownNotification = z
  .discriminatedUnion("type", [
    completed.extend(inWords),
    failed.extend(inWords),
    regressed.extend(inWords),
    joined.extend(inWords),
    roleChanged.extend(inWords),
    reportReady.extend(inWords),
    failing.extend(inWords),
    disabled.extend(inWords),
  ])
  .meta({ id: "ShownNotification" });
export type ShownNotification = z.infer<typeof ShownNotification>;

const Unread = Count.describe("How many are unread, on all pages");

export const NotificationList = listOf(ShownNotification).extend({ unread: Unread }).meta({ id: "NotificationList" });
export type NotificationList = z.infer<typeof NotificationList>;

export const ListNotificationsQuery = ListQuery.extend({
  unread: z.enum(["true", "false"]).default("false").describe("`true` for those that are unread alone"),
});
export type ListNotificationsQuery = z.infer<typeof ListNotificationsQuery>;

export const MarkNotificationInput = z.strictObject({ read: z.boolean() }).meta({ id: "MarkNotificationInput" });
export type MarkNotificationInput = z.infer<typeof MarkNotificationInput>;

export const MarkAllReadInput = z
  .strictObject({ upTo: Id("notification").optional().describe("The newest that was seen: what came after it stays unread. All, when absent") })
  .meta({ id: "MarkAllReadInput" });
export type MarkAllReadInput = z.infer<typeof MarkAllReadInput>;

export const AllRead = z.object({ marked: Count.describe("How many were unread until now"), unread: Unread }).meta({ id: "AllRead" });
export type AllRead = z.infer<typeof AllRead>;

export const NotificationPreferences = z
  .object({ items: z.array(z.object({ type: NotificationType, inApp: z.boolean(), email: z.boolean() })).max(100) })
  .meta({ id: "NotificationPreferences" });
export type NotificationPreferences = z.infer<typeof NotificationPreferences>;

const hasEachOnce = (items: readonly { readonly type: string }[]): boolean => new Set(items.map(({ type }) => type)).size === items.length;

export const ChangePreferencesInput = z
  .strictObject({
    items: z
      .array(z.strictObject({ type: NotificationType, inApp: z.boolean().optional(), email: z.boolean().optional() }))
      .min(1)
      .max(20)
      .refine(hasEachOnce, "Name each type once"),
  })
  .describe("Types and channels that are left out stay as they are")
  .meta({ id: "ChangePreferencesInput" });
export type ChangePreferencesInput = z.infer<typeof ChangePreferencesInput>;
