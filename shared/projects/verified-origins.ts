import { and, eq, isNotNull } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { sites } from "../db/schema/index.ts";
import { originOf } from "./origin.ts";

/** Whether a workspace proved that the origin of an address is its own, in whatever project. */
export async function isVerifiedOrigin(db: Database, workspaceId: string, address: string | URL): Promise<boolean> {
  const origin = originOf(address);
  if (origin === null) return false;
  const [found] = await db
    .select({ id: sites.id })
    .from(sites)
    .where(and(eq(sites.workspaceId, workspaceId), eq(sites.origin, origin), isNotNull(sites.verifiedAt)))
    .limit(1);
  return found !== undefined;
}
