import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { time } from "./columns.ts";

/** Requests that carry an `Idempotency-Key`: claimed before they act, answered in the batch of their effect. */
export const idempotency = sqliteTable(
  "idempotency",
  {
    workspaceId: text("workspace_id").notNull(),
    /** Id of the API key, or of the person when they signed in. */
    principalId: text("principal_id").notNull(),
    /** The route's operationId. */
    route: text("route").notNull(),
    /** SHA-256 of the header, hex: the header itself is part of the key of the answer. */
    keyHash: text("key_hash").notNull(),
    /** HMAC-SHA-256 of the address and the body under a key of the server, as `<kid>.<hex>`. */
    requestHash: text("request_hash").notNull(),
    /** Names the claim that may answer: random, so that it is known before it is stored and never comes again. Who holds another can no longer answer. */
    attempt: integer("attempt").notNull(),
    /** Until then nobody else may try. */
    leaseUntil: time("lease_until").notNull(),
    /** What the verb answered, encrypted; null until its effect is there. */
    answer: text("answer"),
    createdAt: time("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.workspaceId, table.principalId, table.route, table.keyHash] })],
);
