import { and, eq } from "drizzle-orm";
import { recordChange } from "../../audit-log/index.ts";
import { invitations } from "../../db/schema/index.ts";
import type { Statement, VisitorContext } from "../../platform/index.ts";
import { conditions, unsettled } from "./queries.ts";

type Teller = Parameters<typeof recordChange>[0];

/**
 * The statements that revoke every invitation which somebody sent, and that tell the log of its workspace of each that was open.
 * @param tellerOf who is said to have done it, in the log of a workspace
 */
export async function endInvitationsOf({ directory, now }: VisitorContext, userId: string, tellerOf: (workspaceId: string) => Teller): Promise<Statement[]> {
  const { id, workspaceId, invitedBy } = invitations;
  const sent = eq(invitedBy, userId);
  const open = await directory
    .select({ id, workspaceId })
    .from(invitations)
    .where(and(sent, conditions.open(now())));
  return [
    directory.update(invitations).set({ revokedAt: now() }).where(and(sent, unsettled)),
    ...open.map((invitation) =>
      recordChange(tellerOf(invitation.workspaceId), directory, {
        action: "invitation.revoke",
        targetId: invitation.id,
        before: { status: "open" },
        after: { status: "revoked" },
        workspaceId: invitation.workspaceId,
      }),
    ),
  ];
}
