import { secondMs } from "../../platform/index.ts";
import { admit, type Situation } from "./admission.ts";
import type { DeliveryStore } from "./delivery-store.ts";
import type { DeliveryMessage } from "./endpoint.ts";
import type { EndpointRecord } from "./endpoint-record.ts";
import type { EndpointState } from "./endpoint-state.ts";
import { type Lane, laneOf, mostInMessage, untakenMs } from "./lanes.ts";
import type { Setbacks } from "./setbacks.ts";

interface DispatchDeps {
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
export type Dispatch = "sent" | "failed";

export interface Outgoing {
  /** Leases what may go now, at once, and sends it. */
  dispatch(): Promise<Dispatch>;
  /**
   * In ms, how long whoever is to dispatch waits for more, so that messages are full; null when nothing could go. They must do so then: the alarm does not
   * come for it before long.
   */
  gather(): number | null;
  /** The alarm need not dispatch before, ms since 1970; 0 when nobody else is about to. */
  readonly expectedBy: number;
}

/** While others are under way, what comes waits so long for what comes next: a message costs about as much as ten deliveries. */
const gatherMs = 15;
const dispatchByMs = 10 * secondMs;

export function createDispatch({ record, store, situationOf, send, setbacks, transact, takeBack, newLease, now }: DispatchDeps): Outgoing {
  let expectedBy = 0;

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

  const sendOne = async (lane: Lane, message: DeliveryMessage): Promise<Dispatch> => {
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

  const mayGo = (state: EndpointState | null): state is EndpointState => state !== null && setbacks.until <= now() && admit(situationOf(state)).room > 0;

  return {
    async dispatch() {
      expectedBy = 0;
      const { state } = record;
      if (!mayGo(state)) return "sent";
      // The leases are stored: an object that dies here has them again when they end.
      const messages = transact(() => messagesOf(state));
      const sent = await Promise.all(messages.map((message) => sendOne(laneOf(state), message)));
      return sent.includes("failed") ? "failed" : "sent";
    },

    gather() {
      if (!mayGo(record.state)) return null;
      // Nothing is under way that could make room for more: an event that comes alone is not held up.
      if (store.inFlight() === 0) return 0;
      expectedBy = now() + dispatchByMs;
      return gatherMs;
    },

    get expectedBy() {
      return expectedBy;
    },
  };
}
