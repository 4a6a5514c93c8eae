import type { Context as HonoContext } from "hono";
import { installationId } from "../../shared/db/client.ts";
import { authenticateMember, authenticateOperator, authenticatePerson } from "../../shared/identity/index.ts";
import { authenticateKey } from "../../shared/keys/index.ts";
import { AppError, isOperatorPermission, type Permission, requirePermission } from "../../shared/platform/index.ts";
import { type Credential, credentialOf } from "./credential.ts";
import type { ApiEnv, PersonEnv, SignedInEnv } from "./env.ts";
import { visitorOf } from "./middleware/visit.ts";

// Each asks the database once more who sent a request that is still being answered, and throws what refuses them now.

/** Whether they still have this permission in the workspace that they asked in, whatever others they are in by now. */
export function stillMayAs(c: HonoContext<SignedInEnv>, permission: Permission): () => Promise<void> {
  const { workspaceId } = c.var.ctx;
  const named = workspaceId === installationId ? undefined : workspaceId;
  const readToken = isOperatorPermission(permission) ? authenticateOperator : authenticateMember;
  return async () => {
    const { isToken, text } = credentialOfKnown(c);
    const { actor } = await (isToken ? readToken : authenticateKey)(visitorOf(c), text, named);
    requirePermission({ actor }, permission);
  };
}

/** Whether they are still signed in. */
export const isStillSignedIn = (c: HonoContext<PersonEnv>) => async (): Promise<void> => {
  await authenticatePerson(visitorOf(c), credentialOfKnown(c).text);
};

function credentialOfKnown(c: Pick<HonoContext<ApiEnv>, "req">): Credential {
  const credential = credentialOf(c);
  if (credential === null) throw new AppError("internal", "A request that was let in has no credential.");
  return credential;
}
