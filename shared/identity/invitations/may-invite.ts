import { and, count, eq, lt, ne, notExists, type SQL, sql } from "drizzle-orm";
import { invitations, members, users } from "../../db/schema/index.ts";
import { AppError, type Context, dayMs } from "../../platform/index.ts";
import { conditions } from "./queries.ts";

/** How long an invitation can be accepted after it was sent. Its links live longest of all that e-mails carry. */
export const invitationMs = 7 * dayMs;

/** Open invitations of one workspace: enough for a department, too few to write to half the world in its name. */
const maxOpen = 100;

/** An invitation that is to become open, or stay so. */
interface Candidate {
  readonly id: string;
  readonly email: string;
}

/** For the statement that opens an invitation: the address is no member's, and the workspace has room for one more, however many are sent at once. */
export function mayOpen(ctx: Context, candidate: Candidate): SQL | undefined {
  return and(notExists(membersWith(ctx, candidate)), lt(sql`(${countOthers(ctx, candidate)})`, maxOpen));
}

/** Why an invitation cannot be open, in words; undefined when it can. */
export async function whyNotOpen(ctx: Context, candidate: Candidate): Promise<AppError | undefined> {
  const [[member], [rival], [others]] = await Promise.all([membersWith(ctx, candidate), findRivals(ctx, candidate), countOthers(ctx, candidate)]);
  if (member !== undefined) return new AppError("conflict", `${candidate.email} belongs to a member of this workspace already.`);
  if (rival !== undefined)
    return new AppError(
      "conflict",
      `An invitation of ${candidate.email} is open. Send it again with POST /api/v1/invitations/${rival.id}/resend, or revoke it.`,
    );
  if (others !== undefined && others.open >= maxOpen)
    return new AppError("conflict", `${maxOpen} invitations of this workspace are open, which is the most there can be. Revoke those that nobody will accept.`);
  return undefined;
}

function membersWith({ directory, workspaceId }: Context, { email }: Candidate) {
  return directory
    .select({ userId: members.userId })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(and(eq(members.workspaceId, workspaceId), eq(users.email, email)))
    .limit(1);
}

/** Open invitations of the same address. */
function findRivals(ctx: Context, { id, email }: Candidate) {
  return ctx.directory
    .select({ id: invitations.id })
    .from(invitations)
    .where(and(others(ctx, id), eq(invitations.email, email)))
    .limit(1);
}

function countOthers(ctx: Context, { id }: Candidate) {
  return ctx.directory.select({ open: count() }).from(invitations).where(others(ctx, id));
}

function others({ workspaceId, now }: Context, id: string): SQL | undefined {
  return and(eq(invitations.workspaceId, workspaceId), ne(invitations.id, id), conditions.open(now()));
}
