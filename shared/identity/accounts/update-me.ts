import { and, eq, sql } from "drizzle-orm";
import { beforeAndAfter } from "../../audit-log/index.ts";
import { users } from "../../db/schema/index.ts";
import { commit, guarded, type PersonContext } from "../../platform/index.ts";
import { recordAccountChange } from "../record-account-change.ts";
import { readAccount } from "./get-me.ts";
import type { Account, UpdateMeInput } from "./me-schemas.ts";

/** Changes what somebody says of themselves, where it differs; what is left out stays. @throws AppError `conflict` when it was changed in the meantime */
export async function updateMe(ctx: PersonContext, input: UpdateMeInput): Promise<Account> {
  const { directory, userId } = ctx;
  const stored = await readAccount(directory, userId);
  const edit = beforeAndAfter(stored, input);
  if (edit === null) return stored;
  const asRead = and(eq(users.id, userId), eq(users.name, stored.name), sql`${users.language} is ${stored.language}`);
  await commit(directory, [
    ...guarded(directory, directory.update(users).set(edit.after).where(asRead)),
    recordAccountChange(ctx, userId, { action: "user.update", ...edit }),
  ]);
  return { ...stored, ...edit.after };
}
