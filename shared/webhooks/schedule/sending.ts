import { admit, type Situation } from "./admission.ts";
import type { DeliveryStore } from "./delivery-store.ts";
import type { DeliveryMessage } from "./endpoint.ts";
import type { EndpointRecord } from "./endpoint-record.ts";
import type { EndpointState } from "./endpoint-state.ts";
import { type Lane, laneOf, mostInMessage, untakenMs } from "./lanes.ts";
import type { Setbacks } from "./setbacks.ts";

interface SendingDeps {
  readonly record: EndpointRecord;
  readonly store: DeliveryStore;
  readonly situationOf: (state: EndpointState) => Situation;
  readonly send: (lane: Lane, message: DeliveryMessage) => Promise<void>;
  readonly setbacks: Setbacks;
  readonly transact: <T>(work: () => T) => T;
  /** What was leased goes back. */
  readonly takeBack: (lease: string) => void;
  readonly newLease: () => string;
  readonly now: () => number;
}

/** `failed`: what could not be sent goes later. */
export type Sending = "sent" | "failed";

/** What leases what may go now, at once, and sends it. */
export function createSending({ record, store, situationOf, send, setbacks, transact, takeBack, newLease, now }: SendingDeps): () => Promise<Sending> {
  const messagesOf = (state: EndpointState): DeliveryMessage[] => {
    const { workspaceId, webhookId } = state.settings;
    const most = mostInMessage[laneOf(state)];
    const leaseUntil = now() + untakenMs(state.untaken);
    const messages: DeliveryMessage[] = [];
    for (let { room } = admit(situationOf(state)); room > 0; room -= most) {
      const lease = newLease();
      const deliveryIds = store.lease(Math.min(room, most), lease, now(), leaseUntil);
      if (deliveryIds.length > 0) messages.push({ v: 1, workspaceId, webhookId, lease, leaseUntil, deliveryIds });
      if (deliveryIds.length < most) break;
    }
    return messages;
  };

  const sendOne = async (lane: Lane, message: DeliveryMessage): Promise<Sending> => {
    try {
      await send(lane, message);
      setbacks.succeeded();
      return "sent";
    } catch (cause) {
      setbacks.failed(cause);
      // Should it have been sent all the same, whoever gets it finds the lease gone.
      transact(() => takeBack(message.lease));
      return "failed";
    }
  };

  return async () => {
    const { state } = record;
    if (state === null || setbacks.until > now()) return "sent";
    // The leases are stored: an object that dies here has them again when they end.
    const messages = transact(() => messagesOf(state));
    const sent = await Promise.all(messages.map((message) => sendOne(laneOf(state), message)));
    return sent.includes("failed") ? "failed" : "sent";
  };
}
