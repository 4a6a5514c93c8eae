export { Dashboard, readDashboard } from "./dashboard.ts";
export { OnlineUsersStats, WebsocketStats } from "./presence-schemas.ts";
export { readOnlineUsersStats, readWebsocketStats } from "./presence-stats.ts";
export type { StatsSources } from "./stats-context.ts";
export { SystemStats } from "./system-schemas.ts";
export { readSystemStats } from "./system-stats.ts";
