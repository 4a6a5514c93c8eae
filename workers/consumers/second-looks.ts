import { crawlsOf } from "../../durable-objects/stubs.ts";
import { dropConfirmationOf, eraseConfirmation } from "../../shared/audits/index.ts";
import { databaseFor } from "../../shared/db/client.ts";
import { systemClock } from "../../shared/platform/index.ts";

// What follows from the second looks at what got worse.

/** Gives up the second look at an audit that was deleted. Its end is an event of its own, which the sweep takes to its handler. */
export const dropSecondLook = (env: Env, workspaceId: string, auditId: string): Promise<void> =>
  dropConfirmationOf({ db: databaseFor(env, workspaceId), workspaceId, now: systemClock, outbox: [] }, auditId);

/** Removes what is left of a second look that has ended. */
export const removeSecondLook = (env: Env, workspaceId: string, auditId: string): Promise<void> =>
  eraseConfirmation({ db: databaseFor(env, workspaceId), workspaceId }, crawlsOf(env), auditId);
