import { eq } from "drizzle-orm";
import { users } from "../../db/schema/index.ts";
import { commit, type PersonContext } from "../../platform/index.ts";
import { readAccount } from "./get-me.ts";
import type { Account, UpdateMeInput } from "./me-schemas.ts";

/** Changes what somebody says of themselves; what is left out stays. */
export async function updateMe({ directory, userId }: PersonContext, { name, language }: UpdateMeInput): Promise<Account> {
  const change = { ...(name === undefined ? {} : { name }), ...(language === undefined ? {} : { language }) };
  if (Object.keys(change).length > 0) await commit(directory, [directory.update(users).set(change).where(eq(users.id, userId))]);
  return readAccount(directory, userId);
}
