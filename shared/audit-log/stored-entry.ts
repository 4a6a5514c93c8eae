import { sql } from "drizzle-orm";
import { auditLog } from "../db/schema/index.ts";
import { digestOf, type PersonalField } from "./personal-digest.ts";

/** The personal fields as they are stored: their JSON as text, since the digest is one of these very characters. */
export const personalColumns = {
  client: { text: sql<string | null>`${auditLog.client}`, salt: auditLog.clientSalt, digest: auditLog.clientDigest },
  details: { text: sql<string | null>`${auditLog.details}`, salt: auditLog.detailsSalt, digest: auditLog.detailsDigest },
};

/** Everything that a seal vouches for. */
export const sealedColumns = {
  seq: auditLog.seq,
  id: auditLog.id,
  workspaceId: auditLog.workspaceId,
  at: auditLog.at,
  action: auditLog.action,
  actorKind: auditLog.actorKind,
  userId: auditLog.userId,
  actorId: auditLog.actorId,
  targetKind: auditLog.targetKind,
  targetId: auditLog.targetId,
  requestId: auditLog.requestId,
  aboutUserId: auditLog.aboutUserId,
  ...personalColumns,
};

type Row = typeof auditLog.$inferSelect;
type Plain = Exclude<keyof typeof sealedColumns, "client" | "details">;
export type StoredEntry = Pick<Row, Plain> & { readonly client: PersonalField; readonly details: PersonalField };

/** The text of an entry that is sealed; undefined for one that Mentha cannot have written. */
export async function textOf({ client, details, ...entry }: StoredEntry): Promise<string | undefined> {
  const [clientDigest, detailsDigest] = await Promise.all([digestOf(client), digestOf(details)]);
  if (clientDigest === undefined || detailsDigest === undefined) return undefined;
  const { seq, id, workspaceId, at, action, actorKind, userId, actorId, targetKind, targetId, requestId, aboutUserId } = entry;
  const who = [actorKind, userId, actorId];
  const what = [action, targetKind, targetId, aboutUserId];
  return JSON.stringify(["entry 1", seq, id, workspaceId, at, who, what, requestId, clientDigest, detailsDigest]);
}

/** Whether personal details of it were erased. */
export const isErased = ({ client, details }: Pick<StoredEntry, "client" | "details">): boolean => client.digest !== null || details.digest !== null;
