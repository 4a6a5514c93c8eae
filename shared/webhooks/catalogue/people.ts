import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { readTogether } from "../../db/read-together.ts";
import { invitations, members } from "../../db/schema/index.ts";
import { Role } from "../../identity/index.ts";
import { Id, Millis } from "../../platform/index.ts";
import { entry, type PresentDeps } from "./entry.ts";

// People are told of by id alone: whoever may know more asks for it.

/** Without the name that it has in the API: the schema of an event stands for itself. */
const RoleName = z.enum(Role.options);
const UserId = Id("user").describe("Id of the person");
const InvitedBy = Id("user").describe("Id of the person who invited");

const Invited = z.strictObject({
  invitationId: Id("invitation").describe("Id of the invitation"),
  role: RoleName.describe("What they are to be"),
  invitedBy: InvitedBy,
  expiresAt: Millis.describe("Until when it can be accepted"),
});
const Joined = z.strictObject({ userId: UserId, role: RoleName.describe("The one that they have"), invitedBy: InvitedBy });
const RoleChanged = z.strictObject({ userId: UserId, role: RoleName.describe("The new one") });

const subjectOfPerson = ({ userId }: { readonly userId: string }): string => `user:${userId}`;
const subjectOfInvitation = ({ invitationId }: { readonly invitationId: string }): string => `user:${invitationId}`;

const userId = "usr_01kaq3v8e0000000000000000g";
const invitedBy = "usr_01kaq3v8e0000000000000000a";

/** Who comes to a workspace, and what they may do there. */
export const peopleEntries = {
  "user.invited": entry("user.invited", {
    version: 1,
    data: Invited,
    example: { invitationId: "inv_01kaq3v8e0000000000000000n", role: "dev", invitedBy, expiresAt: 1_795_942_800_000 },
    description: {
      en: "Somebody was invited to the workspace. Whom is not said: an invitation holds an address.",
      es: "Se ha invitado a alguien al espacio de trabajo. No se dice a quién: una invitación contiene una dirección.",
    },
    severity: "info",
    subjectOf: subjectOfInvitation,
    async present({ directory }, { workspaceId, data }) {
      const where = and(eq(invitations.id, data.invitationId), eq(invitations.workspaceId, workspaceId));
      const { role, invitedBy: inviter, expiresAt } = invitations;
      const [row] = await readTogether(directory, directory.select({ role, invitedBy: inviter, expiresAt }).from(invitations).where(where));
      return row === undefined ? null : { data: { invitationId: data.invitationId, ...row }, origin: null };
    },
  }),
  "member.joined": entry("member.joined", {
    version: 1,
    data: Joined,
    example: { userId, role: "dev", invitedBy },
    description: {
      en: "Somebody accepted an invitation and is a member of the workspace now.",
      es: "Alguien ha aceptado una invitación y ya forma parte del espacio de trabajo.",
    },
    severity: "info",
    subjectOf: subjectOfPerson,
    async present(deps, { workspaceId, data }) {
      const role = await findRole(deps, workspaceId, data.userId);
      return role && { data: { ...data, role }, origin: null };
    },
  }),
  "member.role-changed": entry("member.role-changed", {
    version: 1,
    data: RoleChanged,
    example: { userId, role: "manager" },
    description: { en: "A member of the workspace has another role now.", es: "Una persona del espacio de trabajo tiene ahora otro rol." },
    severity: "info",
    subjectOf: subjectOfPerson,
    async present(deps, { workspaceId, data }) {
      const role = await findRole(deps, workspaceId, data.userId);
      return role && { data: { userId: data.userId, role: Role.parse(data.role) }, origin: null };
    },
  }),
} as const;

/** Null for who is not a member any more. */
async function findRole({ directory }: PresentDeps, workspaceId: string, userId: string): Promise<Role | null> {
  const where = and(eq(members.workspaceId, workspaceId), eq(members.userId, userId));
  const [row] = await readTogether(directory, directory.select({ role: members.role }).from(members).where(where));
  return row?.role ?? null;
}
