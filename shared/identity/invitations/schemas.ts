import { z } from "zod";
import { Id, ListQuery, listOf, Millis, Text } from "../../platform/index.ts";
import { EmailAddress } from "../email-address.ts";
import { Role } from "../roles.ts";

const InvitationStatus = z.enum(["open", "accepted", "revoked", "expired"]);
export type InvitationStatus = z.infer<typeof InvitationStatus>;

export const Invitation = z
  .object({
    id: Id("invitation"),
    email: Text(254).describe("Only who reads this address can accept"),
    role: Role,
    status: InvitationStatus,
    invitedBy: Id("user").describe("Id of the user who invited"),
    createdAt: Millis,
    expiresAt: Millis,
  })
  .meta({ id: "Invitation" });
export type Invitation = z.infer<typeof Invitation>;

export const InvitationList = listOf(Invitation).meta({ id: "InvitationList" });
export type InvitationList = z.infer<typeof InvitationList>;

export const ListInvitationsQuery = ListQuery.extend({ status: InvitationStatus.optional() });
export type ListInvitationsQuery = z.infer<typeof ListInvitationsQuery>;

export const InviteInput = z.strictObject({ email: EmailAddress, role: Role }).meta({ id: "InviteInput" });
export type InviteInput = z.infer<typeof InviteInput>;
