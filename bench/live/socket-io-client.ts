import type { WebSocket } from "ws";
import { type BenchClient, type Hearer, openSocket, type Seat } from "./client.ts";

// Packets of Engine.IO 4 with those of Socket.IO 5 in them (socket.io/docs/v4/engine-io-protocol, socket.io/docs/v4/socket-io-protocol).
const packets = { open: "0", ping: "2", pong: "3", connect: "40" } as const;

/** The wire protocol of socket.io, over WebSocket from the beginning. */
export function socketIoClient(seat: Seat, hearer: Hearer): BenchClient {
  const { server, personId } = seat;
  const url = `${server.url.replace(/^http/, "ws")}/socket.io/?${new URLSearchParams({ EIO: "4", transport: "websocket", user: personId }).toString()}`;

  function heard(text: string, socket: WebSocket): boolean {
    if (text === packets.ping) socket.send(packets.pong);
    else if (text.startsWith(packets.open)) socket.send(packets.connect);
    else if (!text.startsWith(packets.connect)) hearer.received(text);
    const isReady = text.startsWith(packets.connect);
    if (isReady) hearer.opened();
    return isReady;
  }

  return {
    prepare: async () => {},
    async connect() {
      const closed = (wasOpen: boolean): void => void (wasOpen && hearer.closed(personId));
      await openSocket(seat, { url, protocols: [] }, { heard, closed, failed: hearer.failed }).settled;
    },
    // The server asks whether it is there.
    beat() {},
  };
}
