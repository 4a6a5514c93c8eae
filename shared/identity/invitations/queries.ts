import { and, desc, eq, gt, gte, isNotNull, isNull, lt, lte, or, type SQL } from "drizzle-orm";
import { invitations } from "../../db/schema/index.ts";
import { AppError, type Context, decodeCursor, Id, pageOf, requirePermission } from "../../platform/index.ts";
import type { Invitation, InvitationList, InvitationStatus, ListInvitationsQuery } from "./schemas.ts";

type InvitationRow = typeof invitations.$inferSelect;

/** The workspace's invitations, newest first, also those that came to an end. */
export async function listInvitations(ctx: Context, { limit, cursor, status }: ListInvitationsQuery): Promise<InvitationList> {
  requirePermission(ctx, "members:read");
  const before = cursor === undefined ? undefined : lt(invitations.id, decodeCursor(cursor, Id("invitation")));
  const rows = await ctx.directory.query.invitations.findMany({
    where: and(eq(invitations.workspaceId, ctx.workspaceId), before, status === undefined ? undefined : conditions[status](ctx.now())),
    orderBy: desc(invitations.id),
    limit: limit + 1,
  });
  const { items, ...rest } = pageOf(rows, limit, ({ id }) => id);
  return { items: items.map((row) => toInvitation(row, ctx.now())), ...rest };
}

/** @throws AppError `not_found` also for another workspace's invitation */
export async function findInvitation(ctx: Context, id: string): Promise<InvitationRow> {
  const row = await ctx.directory.query.invitations.findFirst({ where: and(eq(invitations.id, id), eq(invitations.workspaceId, ctx.workspaceId)) });
  if (row === undefined) throw new AppError("not_found", "There is no such invitation.");
  return row;
}

/** Neither accepted nor ended by anybody, though its time may be over. */
export const unsettled = and(isNull(invitations.acceptedAt), isNull(invitations.revokedAt));

/** Invitations of each status at a time (ms). One that a newer one replaced once its time was over stays expired. */
export const conditions: Readonly<Record<InvitationStatus, (at: number) => SQL | undefined>> = {
  open: (at) => and(unsettled, gt(invitations.expiresAt, at)),
  accepted: () => isNotNull(invitations.acceptedAt),
  revoked: () => and(isNull(invitations.acceptedAt), lt(invitations.revokedAt, invitations.expiresAt)),
  expired: (at) => and(isNull(invitations.acceptedAt), or(gte(invitations.revokedAt, invitations.expiresAt), and(unsettled, lte(invitations.expiresAt, at)))),
};

/** The status that `conditions` find a row by. */
export function statusOf({ acceptedAt, revokedAt, expiresAt }: InvitationRow, at: number): InvitationStatus {
  if (acceptedAt !== null) return "accepted";
  if (revokedAt !== null) return revokedAt < expiresAt ? "revoked" : "expired";
  return expiresAt > at ? "open" : "expired";
}

export function toInvitation(row: InvitationRow, at: number): Invitation {
  const { id, email, role, invitedBy, createdAt, expiresAt } = row;
  return { id, email, role, status: statusOf(row, at), invitedBy, createdAt, expiresAt };
}
