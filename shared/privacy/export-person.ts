import { recordChange } from "../audit-log/index.ts";
import { type Database, installationId } from "../db/client.ts";
import { commit, type PersonContext } from "../platform/index.ts";
import { readAccountOf, sectionsOf } from "./personal-sections.ts";

/**
 * Everything about somebody, as one JSON document (`PersonalData`) that is made while it is read, and can fail on the way. The log tells of it before
 * anything is written.
 * @param databases all of them: a person may have worked in workspaces of each
 */
export async function exportPerson(ctx: PersonContext, databases: readonly Database[]): Promise<AsyncGenerator<string, void>> {
  const { directory, userId } = ctx;
  const account = await readAccountOf(ctx);
  const told = recordChange(ctx, directory, { action: "user.export", targetId: userId, aboutUserId: userId, workspaceId: installationId });
  await commit(directory, [told]);
  const exportedAt = ctx.now();
  return write({ exportedAt, account }, sectionsOf(ctx, account.email, exportedAt, databases));
}

/** A JSON object of what is at hand, and of lists that are read while they are written. */
async function* write(atHand: object, lists: Readonly<Record<string, AsyncGenerator<readonly object[], void>>>): AsyncGenerator<string, void> {
  yield JSON.stringify(atHand).slice(0, -1);
  for (const [name, pages] of Object.entries(lists)) {
    yield `,${JSON.stringify(name)}:[`;
    let isFirst = true;
    for await (const page of pages) {
      if (page.length === 0) continue;
      yield (isFirst ? "" : ",") + page.map((row) => JSON.stringify(row)).join(",");
      isFirst = false;
    }
    yield "]";
  }
  yield "}";
}
