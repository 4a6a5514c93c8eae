import { and, eq, exists, isNull, sql } from "drizzle-orm";
import { bySystem, recordChange } from "../../audit-log/index.ts";
import type { Database } from "../../db/client.ts";
import { webhookAttempts, webhookDeliveries, webhooks } from "../../db/schema/index.ts";
import { AppError, commit, derivedId, guarded, recordEvent, recordEventWhere, type Statement, sha256 } from "../../platform/index.ts";
import { ticketStatements } from "../deliveries/ticket-statements.ts";
import type { EndpointSettings } from "./endpoint.ts";
import type { Told } from "./told.ts";

type Endpoint = Pick<EndpointSettings, "workspaceId" | "webhookId" | "version">;

/** What an endpoint's object has the database know. Each may be repeated, and changes nothing of an endpoint or a delivery that is gone. */
export interface Projection {
  /** Attempts, what became of their deliveries, and tickets: all of it or nothing. */
  reports(endpoint: Endpoint, reports: readonly Told[]): Promise<void>;
  /** The same without the attempts: for what the database does not take. */
  standings(endpoint: Endpoint, reports: readonly Told[]): Promise<void>;
  /** That it has been failing for long; how long is in `warning`, the number of the warning. */
  warn(endpoint: Endpoint, warning: { readonly number: number; readonly since: number }): Promise<void>;
  /** Disables it, unless somebody else changed it since those settings. */
  disable(endpoint: Endpoint, reason: "gone" | "failing"): Promise<void>;
}

export interface ProjectionDeps {
  readonly database: (workspaceId: string) => Database;
  readonly now: () => number;
  /** Tells the `events` queue of what was recorded. */
  readonly announce: (workspaceId: string, eventIds: readonly string[]) => Promise<void>;
}

export function createProjection({ database, now, announce }: ProjectionDeps): Projection {
  /** Losing these is harmless: the sweep finds the rows. */
  const tell = (workspaceId: string, eventIds: readonly string[]): Promise<void> => announce(workspaceId, eventIds).catch(() => {});
  return {
    async reports(endpoint, reports) {
      const db = database(endpoint.workspaceId);
      await commit(db, [insertAttempts(db, endpoint, reports), ...standingStatements(db, endpoint, reports)]);
    },

    async standings(endpoint, reports) {
      const db = database(endpoint.workspaceId);
      await commit(db, standingStatements(db, endpoint, reports));
    },

    async warn(endpoint, { number, since }) {
      const db = database(endpoint.workspaceId);
      const id = derivedId("event", await sha256(`${endpoint.webhookId}\nwebhook.failing\n${since}\n${number}`));
      await commit(db, [insertWarning(db, endpoint, { id, since, at: now() })]);
      await tell(endpoint.workspaceId, [id]);
    },

    async disable(endpoint, reason) {
      const { workspaceId, webhookId } = endpoint;
      const db = database(workspaceId);
      const outbox: string[] = [];
      const who = { ...bySystem, now, workspaceId };
      const write = db
        .update(webhooks)
        .set({ disabledAt: now(), disabledFor: reason, version: sql`${webhooks.version} + 1` })
        .where(and(isThis(endpoint), eq(webhooks.version, endpoint.version), isNull(webhooks.disabledAt)));
      const logged = recordChange(who, db, { action: "webhook.disable", targetId: webhookId, after: { reason } });
      try {
        await commit(db, [...guarded(db, write), logged, recordEvent({ db, workspaceId, now, outbox }, "webhook.disabled", { webhookId, reason })]);
      } catch (error) {
        // Somebody changed, disabled or deleted it before; or our own earlier write did, whose answer was lost.
        if (error instanceof AppError && error.code === "conflict") return;
        throw error;
      }
      await tell(workspaceId, outbox);
    },
  };
}

const standingStatements = (db: Database, endpoint: Endpoint, reports: readonly Told[]): Statement[] => [
  updateDeliveries(db, endpoint, reports),
  ...reports.flatMap((told) => ticketStatements(db, endpoint, told)),
];

const isThis = ({ workspaceId, webhookId }: Endpoint) => and(eq(webhooks.id, webhookId), eq(webhooks.workspaceId, workspaceId));

/** Of deliveries that are still there: an erasure must not be undone. The columns are those of the table, in its order. */
function insertAttempts(db: Database, { workspaceId, webhookId }: Endpoint, reports: readonly Told[]): Statement {
  return db
    .insert(webhookAttempts)
    .select(sql`
      select value ->> 'deliveryId', value ->> 'attempt', ${workspaceId}, ${webhookId}, value ->> 'startedAt', value ->> 'ms', value ->> 'outcome',
        value ->> 'status', value ->> 'failure', value ->> 'message', value -> 'responseHeaders', value ->> 'responseBody'
      from json_each(${JSON.stringify(reports)})
      where exists (select 1 from ${webhookDeliveries} where ${webhookDeliveries.id} = value ->> 'deliveryId'
        and ${webhookDeliveries.webhookId} = ${webhookId} and ${webhookDeliveries.workspaceId} = ${workspaceId})`)
    .onConflictDoNothing();
}

/** Each delivery as it is after the last of its attempts; not one that somebody asked for again meanwhile. */
function updateDeliveries(db: Database, { workspaceId, webhookId }: Endpoint, reports: readonly Told[]): Statement {
  const last = new Map(
    reports.map(({ deliveryId, attempt, round, state, nextAttemptAt, failure, finishedAt }) => {
      return [deliveryId, { deliveryId, attempt, round, state, nextAttemptAt, failure, finishedAt }] as const;
    }),
  );
  const told = (name: string) => sql`told.value ->> ${sql.raw(`'${name}'`)}`;
  return db
    .update(webhookDeliveries)
    .set({
      state: told("state"),
      attempts: told("attempt"),
      nextAttemptAt: told("nextAttemptAt"),
      failure: told("failure"),
      finishedAt: told("finishedAt"),
    })
    .from(sql`json_each(${JSON.stringify([...last.values()])}) as told`)
    .where(
      and(
        eq(webhookDeliveries.id, told("deliveryId")),
        eq(webhookDeliveries.round, told("round")),
        // With the sign SQLite does not look by the endpoint, of which there may be a hundred thousand rows.
        sql`+${webhookDeliveries.webhookId} = ${webhookId}`,
        eq(webhookDeliveries.workspaceId, workspaceId),
      ),
    );
}

function insertWarning(db: Database, endpoint: Endpoint, { id, since, at }: { readonly id: string; readonly since: number; readonly at: number }): Statement {
  const { workspaceId, webhookId } = endpoint;
  const isHere = db
    .select({ id: webhooks.id })
    .from(webhooks)
    .where(and(isThis(endpoint), isNull(webhooks.disabledAt)));
  return recordEventWhere({ db, workspaceId, now: () => at, eventId: id }, "webhook.failing", { webhookId, since }, exists(isHere));
}
