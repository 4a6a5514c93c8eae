import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import { z } from "zod";
import { createSemaphore } from "../../shared/platform/index.ts";
import type { LiveMentha } from "./mentha.ts";

const State = z.object({ open: z.int(), refused: z.int(), received: z.int(), again: z.int() });

/** Connections inside the runtime, which take no open files: see `bench/instrumented/crowd.ts`. */
export interface Crowd extends AsyncDisposable {
  state(): Promise<z.infer<typeof State>>;
  /** From now on count who gets a message with this text in it. */
  expect(marker: string): Promise<void>;
  /** Waits until all that are open got what is expected, or too long; answers how many did not, or got it twice. */
  wrong(): Promise<number>;
}

/** A ticket is good for 30 seconds. */
const together = 400;
const lostAfterMs = 15_000;
const lookEveryMs = 50;
const Ticket = z.object({ ticket: z.string() });

/** So many connections, some more tabs of each of the people. */
export async function startCrowd(mentha: LiveMentha, count: number): Promise<Crowd> {
  const url = mentha.url();
  const control = new WebSocket(`${url.replace(/^http/, "ws")}/bench/crowd`, { perMessageDeflate: false });
  await once(control, "open");
  const ask = async (order: object): Promise<z.infer<typeof State>> => {
    control.send(JSON.stringify(order));
    const [data] = await once(control, "message");
    return State.parse(JSON.parse(String(data)));
  };
  const { run } = createSemaphore(16);
  const ticketFor = (seat: number): Promise<string> =>
    run(async () => {
      const person = mentha.people[seat % mentha.people.length];
      const headers = { Authorization: `Bearer ${person?.token}`, "X-Workspace": mentha.workspaceId, "Content-Type": "application/json" };
      const body = JSON.stringify({ tabId: `crowd-tab-${Math.floor(seat / mentha.people.length)}` });
      return Ticket.parse(await (await fetch(`${url}/api/v1/ws-tickets`, { method: "POST", headers, body })).json()).ticket;
    });
  for (let begun = 0; begun < count; begun += together) {
    const seats = Array.from({ length: Math.min(together, count - begun) }, (_, at) => begun + at);
    await ask({ name: "connect", tickets: await Promise.all(seats.map(ticketFor)) });
  }
  return {
    state: () => ask({ name: "tell" }),
    expect: async (marker) => void (await ask({ name: "expect", marker })),
    async wrong() {
      const deadline = performance.now() + lostAfterMs;
      for (;;) {
        const { open, received, again } = await ask({ name: "tell" });
        if (received >= open || performance.now() > deadline) return open - received + again;
        await sleep(lookEveryMs);
      }
    },
    [Symbol.asyncDispose]: async () => {
      const gone = once(control, "close");
      control.close();
      await gone;
    },
  };
}
