export { Dashboard, dashboard } from "./dashboard.ts";
export { OnlineUsersStats, WebsocketStats } from "./presence-schemas.ts";
export { onlineUsersStats, websocketStats } from "./presence-stats.ts";
export type { StatsSources } from "./stats-context.ts";
export { SystemStats } from "./system-schemas.ts";
export { systemStats } from "./system-stats.ts";
