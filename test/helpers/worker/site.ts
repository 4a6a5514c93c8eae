import { siteControlHost } from "../node/site-control.ts";
import type { SiteRequest, SiteRoutes } from "../node/site-route.ts";

export interface TestSite {
  /** `http://<host>`, without a slash at the end. */
  readonly url: string;
  /** What was asked of this host so far, oldest first. */
  requests(): Promise<readonly SiteRequest[]>;
}

/**
 * Puts a site on the test network: from now on requests to `host` get these answers. `host` is any name, with a port if the URL
 * has one: `shop.test`, `127.0.0.1:8099`. Give each test a host of its own; describing one again starts it afresh.
 */
export async function defineSite(host: string, routes: SiteRoutes): Promise<TestSite> {
  const control = `http://${siteControlHost}/${encodeURIComponent(host)}`;
  await fetch(control, { method: "PUT", body: JSON.stringify(routes) });
  return { url: `http://${host}`, requests: async () => (await fetch(control)).json() };
}
