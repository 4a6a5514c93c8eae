import { createServer, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import type { TestProject } from "vitest/node";
import { answerer, close, listen, received } from "./local-site.ts";
import { siteControlHost } from "./site-control.ts";
import type { SiteRequest, SiteRoutes } from "./site-route.ts";

declare module "vitest" {
  interface ProvidedContext {
    readonly sitePort: number;
  }
}

/**
 * Vitest global setup: one server that plays every site of the Workers tests. All requests that leave workerd arrive here, whatever
 * their host. Tests describe their hosts through `test/helpers/worker/site.ts`; a request to any other host is cut off and fails the
 * run, so that no test reaches a network. Hosts that end in `.invalid` are dead on purpose (RFC 6761).
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const hosts = new Map<string, { answer: ReturnType<typeof answerer>; requests: SiteRequest[] }>();
  const stray = new Set<string>();

  const server = createServer((request, response) => {
    const host = request.headers.host ?? "";
    if (host === siteControlHost) {
      control(request)
        .then((answer) => response.end(JSON.stringify(answer)))
        .catch(() => response.destroy());
      return;
    }
    const site = hosts.get(host);
    if (site === undefined) {
      if (!host.replace(/:\d+$/, "").endsWith(".invalid")) stray.add(`${request.method} http://${host}${request.url}`);
      request.socket.destroy();
      return;
    }
    received(request, site.requests)
      .then(() => site.answer(request, response))
      .catch(() => response.destroy());
  });

  const control = async (request: IncomingMessage): Promise<readonly SiteRequest[]> => {
    const host = decodeURIComponent((request.url ?? "/").slice(1));
    if (request.method === "PUT") {
      // Written by `test/helpers/worker/site.ts` from the same type.
      const routes: SiteRoutes = JSON.parse(await text(request));
      hosts.set(host, { answer: answerer(routes), requests: [] });
    }
    return hosts.get(host)?.requests ?? [];
  };

  project.provide("sitePort", await listen(server));
  return async () => {
    await close(server);
    if (stray.size > 0) throw new Error(`Tests sent requests to hosts that no test described:\n${[...stray].join("\n")}`);
  };
}
