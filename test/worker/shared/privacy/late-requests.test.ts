import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { expect, it, vi } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { apiKeys } from "../../../../shared/db/schema/index.ts";
import { call, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { untilErased } from "../../../helpers/worker/erasures.ts";
import { placesOf } from "../../../helpers/worker/everything.ts";
import { seedMember, signedIn } from "../../../helpers/worker/people.ts";

const db = directoryDatabase(env);

it("leaves no limiter of a key that somebody sent once more after it was erased", async () => {
  const workspace = await seedWorkspace();
  const maker = await seedMember(workspace, { role: "dev" });
  const key = await seedKey({ id: workspace.id, userId: maker });
  expect((await call("GET", "/api/v1/audits", { key })).status).toBe(200);
  const limiters = async () => (await placesOf(maker)).filter((place) => place.startsWith("RateLimiter"));
  expect(await limiters()).not.toEqual([]);
  expect((await (await signedIn(workspace.userId, workspace.id))("DELETE", "/api/v1/workspace", { name: "Test" })).status).toBe(204);
  await vi.waitFor(async () => expect(await db.$count(apiKeys, eq(apiKeys.workspaceId, workspace.id))).toBe(0), { timeout: 20_000, interval: 50 });
  expect(await limiters()).toEqual([]);

  // This isolate let the key in a moment ago, and counts before it learns more.
  expect((await call("GET", "/api/v1/audits", { key })).status).toBe(401);
  await vi.waitFor(async () => expect(await limiters()).not.toEqual([]), { timeout: 20_000, interval: 50 });
  await untilErased();
  expect(await limiters()).toEqual([]);
}, 60_000);
