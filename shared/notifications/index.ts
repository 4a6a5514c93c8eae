export { Notification } from "./schemas.ts";
