import { eq } from "drizzle-orm";
import { workspaces } from "../../db/schema/index.ts";
import { AppError, type Context } from "../../platform/index.ts";
import type { IssuedTicket, IssueTicketInput } from "./schemas.ts";
import { signTicket } from "./ticket.ts";

/**
 * A ticket for one socket of whoever asks, in this workspace. It takes no permission: what may be followed over the socket is asked there.
 * Each is a new one, and nothing is stored, so that asking again does no harm.
 * @throws AppError `not_found` for a workspace that is being erased
 */
export async function issueTicket(ctx: Context, { tabId }: IssueTicketInput): Promise<IssuedTicket> {
  const { directory, workspaceId, actor } = ctx;
  const [workspace] = await directory.select({ shards: workspaces.liveShards }).from(workspaces).where(eq(workspaces.id, workspaceId)).limit(1);
  if (workspace === undefined) throw new AppError("not_found", "There is no such workspace any more.");
  const { kind, id, userId } = actor;
  return signTicket(ctx, { workspaceId, userId, actor: { kind, id }, shards: workspace.shards, tabId: tabId ?? null });
}
