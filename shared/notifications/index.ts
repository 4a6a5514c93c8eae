export type { TellingEvent } from "./kinds.ts";
export { listNotifications } from "./list-notifications.ts";
export { markAllRead, markNotification } from "./mark-read.ts";
export { findNotificationMailWith } from "./notification-mail.ts";
export { type Delivered, notify } from "./notify.ts";
export { changePreferences, getPreferences } from "./preferences.ts";
export {
  AllRead,
  ChangePreferencesInput,
  ListNotificationsQuery,
  MarkAllReadInput,
  MarkNotificationInput,
  Notification,
  NotificationList,
  NotificationPreferences,
  type NotificationType,
  notificationTypes,
  ShownNotification,
} from "./schemas.ts";
