import type { Context } from "hono";
import { z } from "zod";
import { liveOf } from "../../../durable-objects/stubs.ts";
import {
  AllRead,
  ChangePreferencesInput,
  changePreferences,
  getPreferences,
  ListNotificationsQuery,
  listNotifications,
  MarkAllReadInput,
  MarkNotificationInput,
  markAllRead,
  markNotification,
  NotificationList,
  NotificationPreferences,
  ShownNotification,
} from "../../../shared/notifications/index.ts";
import { errorFields, Id } from "../../../shared/platform/index.ts";
import type { SignedInEnv } from "../env.ts";
import { answerLanguage, LanguageQuery } from "../language.ts";
import { notificationExample, preferencesExample } from "../notification-examples.ts";
import { api, get, patch, post } from "../route.ts";

const list = get("/api/v1/notifications", {
  id: "listNotifications",
  tag: "Notifications",
  permission: "notifications:read",
  limit: "lists",
  summary: "List my notifications",
  description:
    "What happened in this workspace that concerns the person who asks, newest first, for 90 days and 1,000 at most. Of an API key, that of its maker. `unread` counts all that are unread, whatever the page shows.",
  query: ListNotificationsQuery.extend(LanguageQuery.shape),
  ok: NotificationList,
  examples: { answer: { items: [notificationExample], unread: 1 } },
});

const mark = patch("/api/v1/notifications/{id}", {
  id: "markNotification",
  tag: "Notifications",
  permission: "notifications:write",
  limit: "writes",
  summary: "Mark a notification as read or unread",
  description: "Open pages of the same person are told of it. Marking it again changes nothing.",
  params: z.object({ id: Id("notification").describe("Id of the notification") }),
  query: LanguageQuery,
  body: MarkNotificationInput,
  ok: ShownNotification,
  examples: { body: { read: true }, answer: { ...notificationExample, readAt: 1_793_000_060_000 } },
});

const markAll = post("/api/v1/notifications/read-all", {
  id: "markAllRead",
  tag: "Notifications",
  permission: "notifications:write",
  limit: "writes",
  summary: "Mark all notifications as read",
  description: "With `upTo`, only those up to the newest that was seen: what came meanwhile stays unread.",
  body: MarkAllReadInput,
  bodyOptional: true,
  ok: AllRead,
  examples: { body: { upTo: notificationExample.id }, answer: { marked: 3, unread: 0 } },
});

const readPreferences = get("/api/v1/notifications/preferences", {
  id: "getNotificationPreferences",
  tag: "Notifications",
  permission: "notifications:read",
  limit: "reads",
  summary: "What am I told, and where?",
  description: "Every type of notification, and whether it comes to the inbox and by e-mail, in this workspace. What somebody never chose is as usual.",
  ok: NotificationPreferences,
  examples: { answer: preferencesExample },
});

const change = patch("/api/v1/notifications/preferences", {
  id: "changeNotificationPreferences",
  tag: "Notifications",
  permission: "notifications:write",
  limit: "writes",
  summary: "Choose what I am told, and where",
  description: "Types and channels that are not named stay as they are. It counts for what happens from then on, and for e-mails that are not sent yet.",
  body: ChangePreferencesInput,
  ok: NotificationPreferences,
  examples: { body: { items: [{ type: "audit.failed", email: true }] }, answer: preferencesExample },
});

/** Tells the person's other open pages how many are left. They find out by themselves when this is lost. */
function publishUnread(c: Context<SignedInEnv>, unread: number): void {
  const { workspaceId, actor, now, log } = c.var.ctx;
  const told = liveOf(c.env).publish(workspaceId, { topic: "me", userId: actor.userId, at: now(), event: { type: "notification.read", unread } });
  c.executionCtx.waitUntil(told.catch((error: unknown) => log.warn("other pages were not told of what was read", errorFields(error))));
}

export const notificationRoutes = api()
  .openapi(list, async (c) => {
    const { lang, ...query } = c.req.valid("query");
    return c.json(await listNotifications(c.var.ctx, query, answerLanguage(c, lang)), 200);
  })
  // Before the route whose address has a name in its place.
  .openapi(readPreferences, async (c) => c.json(await getPreferences(c.var.ctx), 200))
  .openapi(change, async (c) => c.json(await changePreferences(c.var.ctx, c.req.valid("json")), 200))
  .openapi(mark, async (c) => {
    const language = answerLanguage(c, c.req.valid("query").lang);
    const { notification, unread } = await markNotification(c.var.ctx, c.req.valid("param").id, c.req.valid("json"), language);
    publishUnread(c, unread);
    return c.json(notification, 200);
  })
  .openapi(markAll, async (c) => {
    const answer = await markAllRead(c.var.ctx, c.req.valid("json"));
    if (answer.marked > 0) publishUnread(c, answer.unread);
    return c.json(answer, 200);
  });
