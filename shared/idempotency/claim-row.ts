import { and, eq, isNull, type SQL } from "drizzle-orm";
import { idempotency } from "../db/schema/index.ts";
import { type Claim, type Context, dayMs, secondMs, sha256Hex } from "../platform/index.ts";

/** How long an answer can be had again, from the claim that acted on. */
export const keptMs = dayMs;

/** How long whoever claimed a request may take before the next one may try: much longer than any verb takes, and no long wait after a crash. */
export const leaseMs = 60 * secondMs;

/** What names a request: its sender, the route, and the text that the sender gave it. */
interface RequestName {
  readonly workspaceId: string;
  readonly principalId: string;
  readonly route: string;
  readonly keyHash: string;
}

/** The name under which a claimed request is stored. */
export async function nameOf({ workspaceId }: Pick<Context, "workspaceId">, { principalId, route, key }: Omit<Claim, "attempt">): Promise<RequestName> {
  return { workspaceId, principalId, route, keyHash: await sha256Hex(key) };
}

/** Finds the request's row. */
export function isNamed({ workspaceId, principalId, route, keyHash }: RequestName): SQL | undefined {
  return and(
    eq(idempotency.workspaceId, workspaceId),
    eq(idempotency.principalId, principalId),
    eq(idempotency.route, route),
    eq(idempotency.keyHash, keyHash),
  );
}

/** Finds the request's row as long as this claim holds it and nothing came of it yet. */
export function isHeld(name: RequestName, { attempt }: Pick<Claim, "attempt">): SQL | undefined {
  return and(isNamed(name), eq(idempotency.attempt, attempt), isNull(idempotency.answer));
}
