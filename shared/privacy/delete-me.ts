import { eq } from "drizzle-orm";
import { users } from "../db/schema/index.ts";
import { confirmPassword } from "../identity/index.ts";
import { commitOr, type PersonContext } from "../platform/index.ts";
import { deletePerson } from "./delete-person.ts";
import type { DeleteMeInput } from "./schemas.ts";

/**
 * Deletes the account of somebody who signed in. Sessions, memberships, keys and invitations end at once; the rest follows in the background.
 * @throws AppError `invalid` for a wrong password, `conflict` for the last admin of a workspace, `rate_limited`
 */
export async function deleteMe(ctx: PersonContext, { password }: DeleteMeInput): Promise<void> {
  const { id, email, passwordHash } = await confirmPassword(ctx, password, "body.password");
  await deletePerson(ctx, { id, email }, { still: eq(users.passwordHash, passwordHash), commitWith: commitOr });
}
