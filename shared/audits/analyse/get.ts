import type { EgressResponse } from "../../platform/index.ts";

/** How one request of the crawl is bounded. */
export interface FetchLimits {
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly maxRedirects: number;
}
/** Asks the audited site, or a site it points to; credentials go to the audited site alone. `onStart` is called when a connection is free. */
export type Get = (url: string, limits: FetchLimits, onStart?: () => void) => Promise<EgressResponse>;
