import { createTimer } from "./timer.ts";

/** Servers drop what comes faster than 10 messages a second after 30 at once; this stays below both. */
const atOnce = 20;
const everyMs = 125;

/** Hands messages on in their order, later where there are too many. */
export interface Pacer {
  add(text: string): void;
  /** What still waits is forgotten. */
  stop(): void;
}

export function createPacer(send: (text: string) => void): Pacer {
  const waiting: string[] = [];
  const timer = createTimer();
  let credit = atOnce;

  function tick(): void {
    const text = waiting.shift();
    if (text === undefined) credit += 1;
    else send(text);
    if (credit < atOnce) timer.set(everyMs, tick);
  }
  return {
    add(text) {
      if (!timer.isSet) timer.set(everyMs, tick);
      if (credit === 0) return void waiting.push(text);
      credit -= 1;
      send(text);
    },
    stop() {
      waiting.length = 0;
      timer.clear();
    },
  };
}
