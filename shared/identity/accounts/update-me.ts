import { and, eq, sql } from "drizzle-orm";
import { users } from "../../db/schema/index.ts";
import { AppError, commitOr, guarded, type PersonContext } from "../../platform/index.ts";
import { editOf } from "../edit-of.ts";
import { recordAccountChange } from "../record-account-change.ts";
import { readAccount } from "./get-me.ts";
import type { Account, UpdateMeInput } from "./me-schemas.ts";

/** Changes what somebody says of themselves, where it differs; what is left out stays. @throws AppError `conflict` when it was changed at the same time */
export async function updateMe(ctx: PersonContext, input: UpdateMeInput): Promise<Account> {
  const { directory, userId } = ctx;
  const stored = await readAccount(directory, userId);
  const edit = editOf(stored, input);
  if (edit === null) return stored;
  const asRead = and(eq(users.id, userId), eq(users.name, stored.name), sql`${users.language} is ${stored.language}`);
  await commitOr(
    directory,
    [...guarded(directory, directory.update(users).set(input).where(asRead)), recordAccountChange(ctx, userId, { action: "user.update", ...edit })],
    async () => new AppError("conflict", "Your account was changed at the same moment. Try again."),
  );
  return readAccount(directory, userId);
}
