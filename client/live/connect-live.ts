import { IssuedTicket, protocol } from "../../shared/live/index.ts";
import type { Connection } from "../connection.ts";
import type { Socket } from "./line.ts";
import { type LiveConnection, startLive } from "./live-connection.ts";

type SocketConstructor = new (url: string, protocols: string[]) => Socket;

export interface LiveOptions {
  /** Opens sockets; the global `WebSocket` when absent. */
  readonly webSocket?: SocketConstructor;
  /** Hears what followers throw, which the connection survives; absent, it is reported as any error of the page, where there is one. */
  readonly onError?: (thrown: unknown) => void;
  /** At least 0 and below 1; `Math.random` when absent. */
  readonly random?: () => number;
}

export interface LiveCalls {
  /**
   * Live updates: audits, jobs, the workspace and one's own notifications, over one socket. It opens at once, comes back by itself when it is lost,
   * and stays until `close()`: nothing is thrown, `onState` tells. Throws a `TypeError` where there is no `WebSocket` and none was given.
   */
  connectLive(options?: LiveOptions): LiveConnection;
}

export function liveCalls({ request }: Connection, baseUrl: string): LiveCalls {
  const address = `${baseUrl.replace(/\/+$/, "").replace(/^http/, "ws")}/ws`;
  return {
    connectLive({ webSocket = globalThis.WebSocket, onError = report, random = Math.random } = {}) {
      if (webSocket === undefined) throw new TypeError("This runtime has no WebSocket: give connectLive one.");
      // The same over all sockets: the server then knows which one a new one takes the place of.
      const body = JSON.stringify({ tabId: crypto.randomUUID() });
      return startLive({
        random,
        onError,
        async open(signal) {
          const answer = await request("/ws-tickets", { method: "POST", body, headers: { "Content-Type": "application/json" }, signal });
          const { ticket } = IssuedTicket.parse(await answer.json());
          return new webSocket(`${address}?${new URLSearchParams({ ticket }).toString()}`, [protocol]);
        },
      });
    },
  };
}

/** Not every runtime has `reportError`; Node has none. */
function report(thrown: unknown): void {
  if (typeof reportError === "function") reportError(thrown);
}
