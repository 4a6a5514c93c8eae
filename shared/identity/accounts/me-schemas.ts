import { z } from "zod";
import { Id, languages, Millis, Name, permissions, Text } from "../../platform/index.ts";
import { Role } from "../roles.ts";

const maxNameLength = 100;
export const PersonName = Name(maxNameLength);

const Language = z.enum(languages);

/** Somebody, as they see themselves. */
export const Account = z
  .object({
    id: Id("user"),
    email: Text(254),
    name: Text(maxNameLength),
    language: Language.nullable().describe("Of e-mails; null follows the workspace"),
    emailVerified: z.boolean().describe("Whether the address was proven to be theirs"),
    isOperator: z.boolean().describe("Whether they run the installation"),
  })
  .meta({ id: "Account" });
export type Account = z.infer<typeof Account>;

export const Membership = z.object({ id: Id("workspace"), name: Text(200), role: Role }).meta({ id: "Membership" });
export type Membership = z.infer<typeof Membership>;

/** The most that `Me` lists. */
export const maxWorkspaces = 100;
const Permissions = z.array(z.enum(permissions)).max(permissions.length);

/** Who asks, and what they may do where. */
export const Me = z
  .object({
    user: Account,
    workspace: Membership.extend({ permissions: Permissions })
      .meta({ id: "CurrentWorkspace" })
      .nullable()
      .describe("The one that this request is in; null when several could be meant, or there is none"),
    workspaces: z.array(Membership).max(maxWorkspaces).describe("Every one of the person's; of a key, its own"),
    key: z
      .object({ prefix: Text(40), name: Text(200), scopes: z.array(Text(40)).max(100), expiresAt: Millis.nullable() })
      .optional()
      .describe("The API key that asks; absent for a person who signed in"),
  })
  .meta({ id: "Me" });
export type Me = z.infer<typeof Me>;

export const UpdateMeInput = z
  .strictObject({ name: PersonName.optional(), language: Language.nullable().optional().describe("Null follows the workspace") })
  .meta({ id: "UpdateMeInput" });
export type UpdateMeInput = z.infer<typeof UpdateMeInput>;
