import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AuditDiff } from "../../../shared/audits/history/schemas.ts";
import { renderReportHtml } from "../../../shared/audits/report/html.ts";
import type { Report } from "../../../shared/audits/report/schemas.ts";
import type { Audit, Finding } from "../../../shared/audits/schemas.ts";
import { sampleReport } from "../sample-report.ts";

/** What the fake installation does differently from a good day. */
export interface Script {
  /** How the audit ends; the sample's by default. */
  readonly audit?: Partial<Audit>;
  /** What changed since the audit before; the fake is too old to tell by default. */
  readonly diff?: AuditDiff;
  /** The audit runs until it is cancelled. */
  readonly endless?: boolean;
  /** All findings, answered two at a time; those of the sample's report by default. */
  readonly findings?: readonly Finding[];
  /** Asked for each request; where it says true, no answer comes. */
  readonly holds?: (pathname: string) => boolean;
  /** Answers to the request that starts an audit. */
  readonly refusal?: { readonly status: number; readonly problem: unknown };
}

export interface FakeApi {
  readonly url: string;
  /** `POST /api/v1/audits` and the like, in order. */
  readonly requests: string[];
  close(): Promise<void>;
}

export const fakeKey = "mk_test_fake";

/** An installation of Mentha as a client sees it, with one audit whose end is written beforehand. */
export async function startFakeApi({ audit: changes = {}, diff, endless = false, holds, refusal, findings }: Script = {}): Promise<FakeApi> {
  const requests: string[] = [];
  const ended: Audit = { ...sampleReport.audit, ...changes };
  const report: Report = { ...sampleReport, audit: ended };
  const all = findings ?? report.rules.flatMap((reported) => reported.findings);
  let cancelled = false;
  const current = (): Audit => (cancelled ? { ...ended, status: "cancelled" } : endless ? { ...ended, status: "running" } : ended);

  const routes: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => void>> = {
    "POST /api/v1/audits": (_, response) =>
      refusal === undefined ? json(response, 202, { ...ended, status: "queued" }) : json(response, refusal.status, refusal.problem),
    [`GET /api/v1/audits/${ended.id}`]: (_, response) => json(response, 200, current()),
    [`POST /api/v1/audits/${ended.id}/cancel`]: (_, response) => {
      cancelled = true;
      json(response, 200, current());
    },
    ...(diff && { [`GET /api/v1/audits/${ended.id}/diff`]: (_: IncomingMessage, response: ServerResponse) => json(response, 200, diff) }),
    [`GET /api/v1/audits/${ended.id}/report.json`]: (_, response) => json(response, 200, report),
    [`GET /api/v1/audits/${ended.id}/report.html`]: (_, response) => void response.end(renderReportHtml(report)),
    [`GET /api/v1/audits/${ended.id}/findings`]: (request, response) => {
      const from = Number(new URL(request.url ?? "/", "http://fake").searchParams.get("cursor") ?? 0);
      const next = from + 2 < all.length ? { nextCursor: String(from + 2) } : {};
      json(response, 200, { items: all.slice(from, from + 2), ...next });
    },
    [`GET /api/v1/audits/${ended.id}/events`]: (_, response) => {
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      response.write(`retry: 10\n\n${progressEvent(ended, 0, 1)}${progressEvent(ended, 5, 7)}`);
      if (!endless) response.end(`event: done\ndata: ${JSON.stringify(ended)}\n\n`);
    },
  };

  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://fake");
    requests.push(`${request.method} ${pathname}`);
    if (holds?.(pathname)) return;
    if (request.headers.authorization !== `Bearer ${fakeKey}`) return json(response, 401, { code: "unauthenticated", detail: "This API key is not known." });
    const route = routes[`${request.method} ${pathname}`];
    return route === undefined ? json(response, 404, { code: "not_found", detail: "There is nothing here." }) : route(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The fake API does not listen on a port.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function progressEvent({ counts }: Audit, fetched: number, left: number): string {
  const progress = {
    status: "running",
    discovered: fetched + left,
    fetched,
    failed: 0,
    left,
    pagesPerSecond: 2.5,
    secondsLeft: 3,
    currentUrl: null,
    counts,
  };
  return `event: progress\ndata: ${JSON.stringify(progress)}\n\n`;
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "Content-Type": status < 400 ? "application/json" : "application/problem+json" }).end(JSON.stringify(value));
}
