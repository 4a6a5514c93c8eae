import { type LogCalls, logCalls } from "./audit-log.ts";
import { type AuditCalls, auditCalls } from "./audits.ts";
import { type Authorize, createConnection, type Fetch } from "./connection.ts";
import { type EventTypeCalls, eventTypeCalls } from "./event-types.ts";
import { type KeyCalls, keyCalls } from "./keys.ts";
import { type LiveCalls, liveCalls } from "./live/connect-live.ts";
import { type MyCalls, myCalls } from "./me.ts";
import { type MuteCalls, muteCalls } from "./mutes.ts";
import { type NotificationCalls, notificationCalls } from "./notifications.ts";
import type { Patience } from "./patience.ts";
import { type PeopleCalls, peopleCalls } from "./people.ts";
import { type ProjectCalls, projectCalls } from "./projects.ts";
import { type ReportCalls, reportCalls } from "./reports.ts";
import { type ScheduleCalls, scheduleCalls } from "./schedules.ts";
import { type SessionOptions, sessionAuthorize } from "./session.ts";
import { type VisitorCalls, visitorCalls } from "./sign-in.ts";
import { type UsageCalls, usageCalls } from "./usage.ts";
import { type WebhookCalls, webhookCalls } from "./webhooks.ts";

interface ServerOptions {
  /** Where the installation answers, such as `https://mentha.example.com`; a path in front of `/api` is kept. */
  readonly baseUrl: string;
  /** Sends the requests; the global `fetch` when absent. */
  readonly fetch?: Fetch;
  /**
   * How long in all, in ms, to wait with a request that the server wants later (429 or 503 with `Retry-After`) before it is sent again; 30 seconds
   * when absent. Only what changes nothing is sent again, and what makes something, which says that it is the same again.
   */
  readonly patienceMs?: number;
}

interface WorkspaceOptions extends ServerOptions {
  /** Id of the workspace to work in; needed by somebody who signed in and belongs to several. */
  readonly workspace?: string;
  /** Told before each such wait why, and how long (`retryAfterMs`). */
  readonly onWait?: Patience["onWait"];
}

export type ClientOptions = WorkspaceOptions & ({ readonly key: string } | { readonly session: SessionOptions });

export interface ApiClient
  extends AuditCalls,
    EventTypeCalls,
    KeyCalls,
    LiveCalls,
    LogCalls,
    MuteCalls,
    MyCalls,
    NotificationCalls,
    PeopleCalls,
    ProjectCalls,
    ReportCalls,
    ScheduleCalls,
    UsageCalls,
    WebhookCalls {}

/**
 * A client of the REST API that asks with an API key, or as somebody who signed in. Every answer is checked against its schema.
 * Calls reject with `ApiProblem` for an answer that is not a success, with what `fetch` throws when there is none or a signal is
 * aborted, and with `SessionEnded` once a session cannot be renewed any more.
 */
export function createClient({ baseUrl, workspace, patienceMs, onWait, fetch: send = fetch, ...proof }: ClientOptions): ApiClient {
  const headers = workspace === undefined ? {} : { "X-Workspace": workspace };
  const connection = createConnection({ baseUrl, headers, patienceMs, onWait, fetch: send, authorize: authorizeWith(proof, { baseUrl, fetch: send }) });
  return {
    ...auditCalls(connection),
    ...eventTypeCalls(connection),
    ...keyCalls(connection),
    ...liveCalls(connection, baseUrl),
    ...logCalls(connection),
    ...muteCalls(connection),
    ...myCalls(connection),
    ...notificationCalls(connection),
    ...peopleCalls(connection),
    ...projectCalls(connection),
    ...reportCalls(connection),
    ...scheduleCalls(connection),
    ...usageCalls(connection),
    ...webhookCalls(connection),
  };
}

/** A client for those who have neither a key nor a session yet. Calls reject as those of `createClient` do. */
export function createVisitor({ baseUrl, fetch: send = fetch }: ServerOptions): VisitorCalls {
  // A redirect would take passwords and tokens elsewhere.
  return visitorCalls(createConnection({ baseUrl, fetch: (url, init) => send(url, { ...init, redirect: "error" }) }));
}

function authorizeWith(proof: { readonly key: string } | { readonly session: SessionOptions }, server: ServerOptions): Authorize {
  if ("key" in proof) return (send) => send(`Bearer ${proof.key}`);
  return sessionAuthorize(createVisitor(server).refreshSession, proof.session);
}
