import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { reshardWorkspace } from "../../../../shared/administration/index.ts";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { contextOf, seedWorkspace } from "../../../helpers/worker/api.ts";

it("spreading a workspace anew is told in that workspace's name, whoever asks for it", async () => {
  const { id } = await seedWorkspace();
  const ctx = contextOf(env, await seedWorkspace({ isOperator: true }));
  await reshardWorkspace(ctx, [directoryDatabase(env)], id, { liveShards: 4 });
  expect(ctx.dueEvents).toEqual([{ workspaceId: id, eventId: expect.stringMatching(/^evt_/) }]);
  expect(ctx.outbox).toEqual([]);
});
