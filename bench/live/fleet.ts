import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Answer, type Fleet, now, type Order, type State } from "./orders.ts";

/** Enough that clients do not wait for one another on a small computer. */
export const processes = 4;
/** A ticket is good for 30 seconds: those of so many clients are got, and used, at a time. */
const together = 1_000;
const addresses = ["127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5", "127.0.0.6", "127.0.0.7", "127.0.0.8", "127.0.0.9"];

/** Clients in several processes. */
export interface ClientFleet extends AsyncDisposable {
  readonly size: number;
  /** Connects the next so many of them, some thousands at a time; answers how long the parts took, in ms. */
  connect(count: number): Promise<{ readonly ticketsMs: number; readonly socketsMs: number }>;
  /** Tells those who come back that the server is found there now. */
  move(url: string): Promise<void>;
  /** How all of them are. */
  state(): Promise<State>;
  /** Waits until so many are open; answers when, by `now()`. Throws when that takes too long. */
  untilOpen(count: number): Promise<number>;
  /** How long each client waited for what `send` sends with this text in it, in ms from just before it, the first one first; as many as are open must get it. */
  timeMessage(marker: string, send: () => Promise<void>): Promise<{ readonly latenciesMs: readonly number[]; readonly lost: number; readonly again: number }>;
  /** How long it takes until all connections of a person have ended, in ms from just before `end`. */
  timeEnd(personId: string, connections: number, end: () => Promise<void>): Promise<number>;
}

/** In ms, until something that was sent has come to everybody; what has not come by then is lost. */
const lostAfterMs = 15_000;
const openWithinMs = 120_000;
const lookEveryMs = 50;

interface Worker {
  readonly child: ChildProcess;
  ask(order: Order): Promise<State>;
}

function startWorker(): Worker {
  const child = fork(join(import.meta.dirname, "clients.ts"));
  const waiting = new Map<number, (state: State) => void>();
  const ended = once(child, "exit").then(() => {
    throw new Error("A process of clients ended.");
  });
  // Whoever waits for an answer hears of it.
  ended.catch(() => {});
  let last = 0;
  child.on("message", (message: unknown) => {
    const { id, state } = Answer.parse(message);
    waiting.get(id)?.(state);
    waiting.delete(id);
  });
  return {
    child,
    ask(order) {
      const id = ++last;
      child.send({ id, order });
      return Promise.race([ended, new Promise<State>((resolve) => waiting.set(id, resolve))]);
    },
  };
}

function merge(states: readonly State[]): State {
  const errors: Record<string, number> = {};
  for (const state of states) for (const [what, count] of Object.entries(state.errors)) errors[what] = (errors[what] ?? 0) + count;
  const sum = (name: "open" | "again") => states.reduce((total, state) => total + state[name], 0);
  return {
    open: sum("open"),
    errors,
    again: sum("again"),
    received: states.flatMap(({ received }) => received).sort((a, b) => a - b),
    ended: states.flatMap(({ ended }) => ended).sort((a, b) => a - b),
  };
}

/** Starts the processes and makes the clients, which are not connected yet. People are divided among the processes. */
export async function startFleet({ people, ...fleet }: Omit<Fleet, "addresses">): Promise<ClientFleet> {
  const workers = Array.from({ length: processes }, startWorker);
  const all = async (order: Order): Promise<State> => merge(await Promise.all(workers.map(({ ask }) => ask(order))));
  await Promise.all(
    workers.map(({ ask }, at) => ask({ name: "prepare", fleet: { ...fleet, addresses, people: people.filter((_, index) => index % processes === at) } })),
  );
  const size = people.length * fleet.tabs;
  const timed = async (order: Order): Promise<number> => {
    const start = now();
    await all(order);
    return now() - start;
  };
  const until = async (isSo: (state: State) => boolean, withinMs: number): Promise<State> => {
    const deadline = now() + withinMs;
    let state = await all({ name: "tell" });
    while (!isSo(state) && now() < deadline) {
      await sleep(lookEveryMs);
      state = await all({ name: "tell" });
    }
    return state;
  };

  return {
    size,
    async connect(wanted) {
      let ticketsMs = 0;
      let socketsMs = 0;
      for (let begun = 0; begun < wanted; begun += together) {
        const count = Math.min(together, wanted - begun) / processes;
        ticketsMs += await timed({ name: "tickets", count });
        socketsMs += await timed({ name: "connect", count });
      }
      return { ticketsMs, socketsMs };
    },
    async move(url) {
      await all({ name: "move", url });
    },
    state: () => all({ name: "tell" }),
    async untilOpen(count) {
      const { open, errors } = await until((state) => state.open >= count, openWithinMs);
      if (open < count) throw new Error(`Only ${open} of ${count} connections are open: ${JSON.stringify(errors)}`);
      return now();
    },
    async timeMessage(marker, send) {
      const { open } = await all({ name: "expect", marker });
      const start = now();
      await send();
      const { received, again } = await until((state) => state.received.length >= open, lostAfterMs);
      return { latenciesMs: received.map((at) => at - start), lost: open - received.length, again };
    },
    async timeEnd(personId, connections, end) {
      await all({ name: "watch", personId });
      const start = now();
      await end();
      const { ended } = await until((state) => state.ended.length >= connections, lostAfterMs);
      const last = ended.at(-1);
      if (last === undefined || ended.length < connections) throw new Error(`Only ${ended.length} of ${connections} connections of a person ended.`);
      return last - start;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(
        workers.map(async ({ child }) => {
          if (child.exitCode !== null || child.signalCode !== null) return;
          const gone = once(child, "exit");
          child.kill();
          await gone;
        }),
      );
    },
  };
}
