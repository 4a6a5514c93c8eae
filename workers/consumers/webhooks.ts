import { endpointsOf } from "../../durable-objects/stubs.ts";
import { databaseFor, directoryDatabase } from "../../shared/db/client.ts";
import { findWorkspaceStanding } from "../../shared/identity/index.ts";
import { configOf, createVault, systemClock } from "../../shared/platform/index.ts";
import { createStandings, DeliveryMessage, deliver } from "../../shared/webhooks/index.ts";
import { type Consumer, parseMessage } from "./consumer.ts";

const standingOf = createStandings();

/** Makes the attempts of one message: deliveries of one endpoint. */
export const deliverEvents: Consumer = async (body, { env, withConnection }) => {
  const message = parseMessage(DeliveryMessage, body);
  const { egress: policy, encryptionKeys, publicUrl } = configOf(env);
  await deliver(message, {
    db: databaseFor(env, message.workspaceId),
    standingOf: (workspaceId) => standingOf({ find: (id) => findWorkspaceStanding(directoryDatabase(env), id), now: systemClock }, workspaceId),
    endpoints: endpointsOf(env),
    vault: createVault(encryptionKeys),
    policy,
    publicUrl,
    now: systemClock,
    withConnection,
    wait: (ms) => scheduler.wait(ms),
  });
};
