import type { z } from "zod";
import {
  AllRead,
  type ChangePreferencesInput,
  type MarkAllReadInput,
  type MarkNotificationInput,
  NotificationList,
  NotificationPreferences,
  ShownNotification,
} from "../shared/notifications/index.ts";
import type { Language } from "../shared/platform/index.ts";
import { type Connection, everyItem, pathOf, queryOf } from "./connection.ts";

type Preferences = NotificationPreferences["items"];

interface Which {
  /** Those that are unread alone. */
  readonly unread?: boolean;
  /** Of titles and texts; English unless it is given. */
  readonly language?: Language;
}

/** What the caller was told in the workspace; an API key asks for its maker. */
export interface NotificationCalls {
  /** Newest first; asked for page by page while they are read. */
  listNotifications(which?: Which, signal?: AbortSignal): AsyncGenerator<ShownNotification, void>;
  /** Rejects with the code `not_found` for somebody else's. */
  markNotification(id: string, input: z.input<typeof MarkNotificationInput>): Promise<ShownNotification>;
  /** All of them, or those up to the newest that was seen. */
  markAllRead(input?: z.input<typeof MarkAllReadInput>): Promise<AllRead>;
  getNotificationPreferences(): Promise<Preferences>;
  /** What is not named stays as it is. */
  changeNotificationPreferences(items: z.input<typeof ChangePreferencesInput>["items"]): Promise<Preferences>;
}

const preferencesPath = "/notifications/preferences";

export function notificationCalls({ get, send }: Connection): NotificationCalls {
  return {
    listNotifications: ({ unread, language } = {}, signal) =>
      everyItem((cursor) =>
        get(NotificationList, `/notifications${queryOf({ limit: 100, unread: unread === true ? "true" : undefined, lang: language, cursor })}`, signal),
      ),
    markNotification: (id, input) => send(ShownNotification, "PATCH", pathOf`/notifications/${id}`, input),
    markAllRead: (input = {}) => send(AllRead, "POST", "/notifications/read-all", input),
    getNotificationPreferences: async () => (await get(NotificationPreferences, preferencesPath)).items,
    changeNotificationPreferences: async (items) => (await send(NotificationPreferences, "PATCH", preferencesPath, { items })).items,
  };
}
