import { findMemberAddresses } from "../../identity/index.ts";
import { type Context, decodeCursor, Id, type ListQuery, pageOf, requirePermission } from "../../platform/index.ts";
import type { Live } from "../live.ts";
import type { OnlineMemberList } from "./schemas.ts";

/**
 * Who is online in the workspace: its members who have a live connection, or had one within the last minute, in the order in which they came to this
 * installation. API keys are nobody. Somebody who left is not told of, so that a page may be shorter than it could be.
 */
export async function listOnlineUsers(ctx: Context, live: Pick<Live, "online">, { limit, cursor }: ListQuery): Promise<OnlineMemberList> {
  requirePermission(ctx, "members:read");
  const after = cursor === undefined ? null : decodeCursor(cursor, Id("user"));
  const { items, ...rest } = pageOf(await live.online(ctx.workspaceId, { after, limit: limit + 1 }), limit, ({ userId }) => userId);
  const addresses = await findMemberAddresses(
    ctx.directory,
    ctx.workspaceId,
    items.map(({ userId }) => userId),
  );
  return {
    items: items.flatMap(({ userId, since, active, connections, devices }) => {
      const addressed = addresses.get(userId);
      return addressed === undefined ? [] : [{ userId, ...addressed, since, active, connections, devices: [...devices] }];
    }),
    ...rest,
  };
}
