import { z } from "zod";
import { acknowledgeEvery, protocol } from "../../shared/live/index.ts";

// Connections that are made inside the runtime: they take no open files, of which a computer may allow fewer than connections are wanted. To the product
// they are as all others are: a ticket, an upgrade, a socket that sleeps.

const Order = z.discriminatedUnion("name", [
  z.object({ name: z.literal("connect"), tickets: z.array(z.string()) }),
  /** From now on count messages in which this text is. */
  z.object({ name: z.literal("expect"), marker: z.string() }),
  z.object({ name: z.literal("tell") }),
]);

type Ask = (request: Request) => Response | Promise<Response>;

/** Answers the upgrade of a socket over which the crowd is told what to do, and answers how it is. */
export function crowd(ask: Ask): Response {
  const { 0: client, 1: control } = new WebSocketPair();
  const state = { open: 0, refused: 0, received: 0, again: 0 };
  let marker = "";

  const join = async (ticket: string): Promise<void> => {
    const headers = { Upgrade: "websocket", "Sec-WebSocket-Protocol": protocol, "CF-Connecting-IP": "127.0.0.10" };
    const { webSocket: socket } = await ask(new Request(`http://localhost/ws?${new URLSearchParams({ ticket }).toString()}`, { headers }));
    if (!socket) {
      state.refused += 1;
      return;
    }
    let received = 0;
    let has = "";
    const ready = new Promise<void>((resolve) => {
      socket.addEventListener("message", ({ data }) => {
        const text = String(data);
        received += 1;
        if (received % acknowledgeEvery === 0) socket.send(JSON.stringify({ type: "ack", received }));
        if (text.startsWith('{"type":"welcome"')) socket.send(JSON.stringify({ type: "subscribe", topic: "workspace" }));
        if (text.startsWith('{"type":"subscribed"')) resolve();
        if (marker === "" || !text.includes(marker)) return;
        if (has === marker) state.again += 1;
        else state.received += 1;
        has = marker;
      });
    });
    socket.addEventListener("close", () => (state.open -= 1));
    socket.accept();
    await ready;
    state.open += 1;
  };

  const obey = async (order: z.infer<typeof Order>): Promise<void> => {
    if (order.name === "connect") await Promise.all(order.tickets.map(join));
    else if (order.name === "expect") {
      ({ marker } = order);
      state.received = 0;
      state.again = 0;
    }
  };
  control.addEventListener("message", ({ data }) => {
    obey(Order.parse(JSON.parse(String(data))))
      .then(() => control.send(JSON.stringify(state)))
      .catch((error: unknown) => control.close(1011, String(error).slice(0, 100)));
  });
  control.accept();
  return new Response(null, { status: 101, webSocket: client });
}
