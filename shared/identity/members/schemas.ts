import { z } from "zod";
import { Id, ListQuery, listOf, Millis, Text } from "../../platform/index.ts";
import { Role } from "../roles.ts";

export const Member = z
  .object({
    userId: Id("user"),
    name: Text(100).describe("Empty until they said one"),
    email: Text(254),
    role: Role,
    joinedAt: Millis,
  })
  .meta({ id: "Member" });
export type Member = z.infer<typeof Member>;

export const MemberList = listOf(Member).meta({ id: "MemberList" });
export type MemberList = z.infer<typeof MemberList>;

export const ListMembersQuery = ListQuery.extend({ role: Role.optional() });
export type ListMembersQuery = z.infer<typeof ListMembersQuery>;

export const ChangeRoleInput = z.strictObject({ role: Role }).meta({ id: "ChangeRoleInput" });
export type ChangeRoleInput = z.infer<typeof ChangeRoleInput>;
