import { type DayOfUsage, UsageList, type UsageQuery } from "../shared/limits/index.ts";
import { type Connection, everyItem, queryOf } from "./connection.ts";

export interface UsageCalls {
  /** What keys and people of the workspace asked, by day, newest first; the last 30 days unless said otherwise. Asked for page by page while it is read. */
  listUsage(days?: Partial<Pick<UsageQuery, "from" | "to">>, signal?: AbortSignal): AsyncGenerator<DayOfUsage, void>;
}

export function usageCalls({ get }: Connection): UsageCalls {
  return {
    listUsage: ({ from, to } = {}, signal) => everyItem((cursor) => get(UsageList, `/usage${queryOf({ limit: 100, from, to, cursor })}`, signal)),
  };
}
