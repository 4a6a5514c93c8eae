import type { z } from "zod";
import { Audit, type CreateAuditInput, type Language, Report } from "../shared/audits/index.ts";
import { type AuditEvent, watchAudit } from "./audit-events.ts";
import { ApiProblem } from "./problem.ts";

export type { AuditEvent };

interface ClientOptions {
  /** Where the installation answers, such as `https://mentha.example.com`; a path in front of `/api` is kept. */
  readonly baseUrl: string;
  /** API key. */
  readonly key: string;
  /** Sends the requests; the global `fetch` when absent. */
  readonly fetch?: Fetch;
}
type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface ApiClient {
  /** Starts an audit; it is accepted, not finished, when this resolves. */
  createAudit(input: z.input<typeof CreateAuditInput>): Promise<Audit>;
  getAudit(id: string): Promise<Audit>;
  /** Rejects with the code `conflict` when the audit has ended already. */
  cancelAudit(id: string): Promise<Audit>;
  report(id: string, format: "json", language: Language): Promise<Report>;
  report(id: string, format: "html", language: Language): Promise<string>;
  /** Progress as it changes, then `done` with the audit. Connects again when the stream breaks off. */
  auditEvents(id: string, signal?: AbortSignal): AsyncGenerator<AuditEvent, void>;
}

/**
 * A client of the REST API. Every answer is checked against its schema.
 * Calls reject with `ApiProblem` for an answer that is not a success, and with what `fetch` throws when there is none.
 */
export function createClient({ baseUrl, key, fetch: send = fetch }: ClientOptions): ApiClient {
  const base = baseUrl.replace(/\/+$/, "");
  const request = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set("Authorization", `Bearer ${key}`);
    const response = await send(`${base}/api/v1${path}`, { ...init, headers });
    if (!response.ok) throw await ApiProblem.from(response);
    return response;
  };
  const read = async <T extends z.ZodType>(schema: T, path: string, init?: RequestInit): Promise<z.infer<T>> =>
    schema.parse(await (await request(path, init)).json());
  const auditPath = (id: string): string => `/audits/${encodeURIComponent(id)}`;

  function report(id: string, format: "json", language: Language): Promise<Report>;
  function report(id: string, format: "html", language: Language): Promise<string>;
  async function report(id: string, format: "json" | "html", language: Language): Promise<Report | string> {
    const path = `${auditPath(id)}/report.${format}?lang=${language}`;
    return format === "json" ? read(Report, path) : (await request(path)).text();
  }

  return {
    createAudit: (input) => read(Audit, "/audits", { method: "POST", body: JSON.stringify(input), headers: { "Content-Type": "application/json" } }),
    getAudit: (id) => read(Audit, auditPath(id)),
    cancelAudit: (id) => read(Audit, `${auditPath(id)}/cancel`, { method: "POST" }),
    report,
    auditEvents: (id, signal) => watchAudit((init) => request(`${auditPath(id)}/events`, init), signal),
  };
}
