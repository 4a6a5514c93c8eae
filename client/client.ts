import type { z } from "zod";
import { Audit, type CreateAuditInput, type Finding, FindingList, Report, type RerunAuditInput } from "../shared/audits/index.ts";
import type { Language } from "../shared/platform/index.ts";
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
type TextFormat = "html" | "md" | "csv" | "sarif" | "junit";

/** Unlike `Response.text`, it keeps a byte order mark. */
const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

export interface ApiClient {
  /** Starts an audit; it is accepted, not finished, when this resolves. */
  createAudit(input: z.input<typeof CreateAuditInput>): Promise<Audit>;
  /** Starts an audit with the address and the options of one that has ended; give the request headers again when that one had any. */
  rerunAudit(id: string, input?: z.input<typeof RerunAuditInput>): Promise<Audit>;
  getAudit(id: string): Promise<Audit>;
  /** Rejects with the code `conflict` when the audit has ended already. */
  cancelAudit(id: string): Promise<Audit>;
  report(id: string, format: "json", language: Language, signal?: AbortSignal): Promise<Report>;
  /** The text of a report; of `csv` with the byte order mark that the API sends, for a file that spreadsheets open. */
  report(id: string, format: TextFormat, language: Language, signal?: AbortSignal): Promise<string>;
  /** All findings, in the order in which they were made; asked for page by page while they are read. */
  findings(id: string, language: Language, signal?: AbortSignal): AsyncGenerator<Finding, void>;
  /** Progress as it changes, then `done` with the audit. Connects again when the stream breaks off. */
  auditEvents(id: string, signal?: AbortSignal): AsyncGenerator<AuditEvent, void>;
}

/**
 * A client of the REST API. Every answer is checked against its schema.
 * Calls reject with `ApiProblem` for an answer that is not a success, and with what `fetch` throws when there is none
 * or a signal is aborted.
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
  const sending = (body: object): RequestInit => ({ method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
  const until = (signal: AbortSignal | undefined): RequestInit => (signal === undefined ? {} : { signal });
  const auditPath = (id: string): string => `/audits/${encodeURIComponent(id)}`;

  function report(id: string, format: "json", language: Language, signal?: AbortSignal): Promise<Report>;
  function report(id: string, format: TextFormat, language: Language, signal?: AbortSignal): Promise<string>;
  async function report(id: string, format: "json" | TextFormat, language: Language, signal?: AbortSignal): Promise<Report | string> {
    const path = `${auditPath(id)}/report.${format === "junit" ? "junit.xml" : format}?lang=${language}`;
    return format === "json" ? read(Report, path, until(signal)) : decoder.decode(await (await request(path, until(signal))).arrayBuffer());
  }

  async function* findings(id: string, language: Language, signal?: AbortSignal): AsyncGenerator<Finding, void> {
    let cursor: string | undefined;
    do {
      const query = new URLSearchParams({ limit: "100", lang: language, ...(cursor === undefined ? {} : { cursor }) });
      const { items, nextCursor } = await read(FindingList, `${auditPath(id)}/findings?${query.toString()}`, until(signal));
      yield* items;
      cursor = nextCursor;
    } while (cursor !== undefined);
  }

  return {
    createAudit: (input) => read(Audit, "/audits", sending(input)),
    rerunAudit: (id, input = {}) => read(Audit, `${auditPath(id)}/rerun`, sending(input)),
    getAudit: (id) => read(Audit, auditPath(id)),
    cancelAudit: (id) => read(Audit, `${auditPath(id)}/cancel`, { method: "POST" }),
    report,
    findings,
    auditEvents: (id, signal) => watchAudit((init) => request(`${auditPath(id)}/events`, init), signal),
  };
}
