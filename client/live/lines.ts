import type { ServerMessage } from "../../shared/live/index.ts";
import { type Line, openLine, type Socket, type Unintelligible } from "./line.ts";
import { waitAfter } from "./reconnect.ts";
import { createTimer } from "./timer.ts";

export type LiveState =
  | { readonly name: "connecting" | "open" }
  /** It was lost, or could not be opened, and is tried again by itself. */
  | { readonly name: "waiting"; readonly retryInMs: number; readonly why: unknown }
  /** For good. `why` is undefined after `close()`, else what another try would not mend: `ApiProblem`, `SessionEnded`, `ConnectionLost`, `UnknownProtocol`. */
  | { readonly name: "closed"; readonly why: unknown };

interface Shell {
  /** Asks for a ticket and begins to open a socket. */
  readonly open: (signal: AbortSignal) => Promise<Socket>;
  /** At least 0 and below 1. */
  readonly random: () => number;
}

interface LinesHearer {
  onState(state: LiveState): void;
  /** The server is ready to be told what is wanted of it on this line. */
  onReady(line: Line): void;
  onMessage(line: Line, message: ServerMessage): void;
  onUnintelligible(line: Line, read: Unintelligible): void;
  /** Whether everything that is wanted comes over this line. */
  isComplete(line: Line): boolean;
}

/** There is always one line at work or on its way, and two while it moves from one server to another. */
export interface Lines {
  readonly state: LiveState;
  readonly ready: readonly Line[];
  /** To be called when `isComplete` may have changed. */
  look(): void;
  close(): void;
}

/** After a new line could not be opened while the old one still works. */
const moveAgainMs = 30_000;

/** Opens a line, and another whenever it ends, until `close()` or something that another would not mend. */
export function startLines({ open, random }: Shell, hearer: LinesHearer): Lines {
  const retry = createTimer();
  const move = createTimer();
  let state: LiveState = { name: "connecting" };
  let failures = 0;
  let main: Line | undefined;
  /** Opened at the server's wish; it takes the other's place when it is complete. */
  let coming: Line | undefined;

  function become(next: LiveState): void {
    state = next;
    hearer.onState(next);
  }
  function dial(): Line {
    const line = openLine(open, {
      onReady() {
        hearer.onReady(line);
        if (line === main) become({ name: "open" });
        look();
      },
      onProven() {
        // Not at the welcome: a server that ends every connection soon after it would be asked as fast as it can end them.
        failures = 0;
      },
      onEnd: (why) => (line === coming ? loseComing() : loseMain(why)),
      onMessage(message) {
        if (message.type !== "moving") hearer.onMessage(line, message);
        else if (line === main) moveWithin(message.withinMs);
      },
      onUnintelligible: (read) => hearer.onUnintelligible(line, read),
    });
    return line;
  }
  function connect(): void {
    main = dial();
    become({ name: "connecting" });
  }
  function loseMain(why: unknown): void {
    main = coming;
    coming = undefined;
    if (main !== undefined) {
      if (!main.isReady) become({ name: "connecting" });
      return;
    }
    move.clear();
    const inMs = waitAfter(why, failures, random);
    if (inMs === null) {
      end(why);
      return;
    }
    failures += 1;
    retry.set(inMs, connect);
    become({ name: "waiting", retryInMs: inMs, why });
  }
  function loseComing(): void {
    coming = undefined;
    moveWithin(moveAgainMs); // where we are is good enough until the server ends it
  }
  function moveWithin(ms: number): void {
    if (move.isSet || coming !== undefined) return;
    move.set(random() * ms, () => {
      coming = dial();
    });
  }
  function look(): void {
    if (coming?.isReady !== true || !hearer.isComplete(coming)) return;
    main?.close();
    main = coming;
    coming = undefined;
  }
  function end(why: unknown): void {
    if (state.name === "closed") return;
    retry.clear();
    move.clear();
    main?.close();
    coming?.close();
    become({ name: "closed", why });
  }

  main = dial();
  return {
    get state() {
      return state;
    },
    get ready() {
      return [main, coming].filter((line) => line !== undefined).filter(({ isReady }) => isReady);
    },
    look,
    close: () => end(undefined),
  };
}
