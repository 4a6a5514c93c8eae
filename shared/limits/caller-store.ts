import { z } from "zod";
import { DayCount } from "./day-counts.ts";
import { RefusalCount } from "./refusal-counts.ts";
import type { SlidingLog } from "./sliding-log.ts";

const PolicyRow = z.object({
  windowMs: z.number(),
  log: z.instanceof(Uint8Array).transform((bytes): SlidingLog => new Uint8Array(bytes)),
  /** Requests that were counted with this row, so that a request costs no second one. */
  counts: z.array(DayCount).readonly(),
});
/** What was taken of one policy. */
export type PolicyRow = Readonly<z.infer<typeof PolicyRow>>;

const CallerState = z.object({
  counts: z.array(DayCount),
  refusals: z.array(RefusalCount),
  leases: z.array(z.object({ id: z.string(), name: z.string(), until: z.number() })),
  /** Flushes that failed in a row. */
  failures: z.number(),
});
/** What is kept of a caller beside policies: what is counted after answers, and what is open. */
export type CallerState = z.infer<typeof CallerState>;

const nothing: CallerState = { counts: [], refusals: [], leases: [], failures: 0 };
/** Key of the state; every other key is the name of a policy, and none is called so. */
const stateKey = "(state)";

/** What an object keeps of its caller: read once after an eviction, written through at every change. */
export interface CallerStore {
  readonly policies: ReadonlyMap<string, PolicyRow>;
  readonly state: CallerState;
  /** Writes one row for each policy that is named, one for the state if it is given, and all of them or none. Null removes a policy's row. */
  save(policies: ReadonlyMap<string, PolicyRow | null>, state?: CallerState): void;
  /** Believes that the storage is empty; to be called when everything is deleted. */
  forget(): void;
}

interface Held {
  readonly policies: Map<string, PolicyRow>;
  state: CallerState;
}

/** @param kv is faster than a statement of ours: the platform has its own prepared, and makes no cursor. A key is a row. */
export function createCallerStore(kv: SyncKvStorage, transact: <T>(work: () => T) => T): CallerStore {
  let held: Held | null = null;
  const open = (): Held => {
    held ??= read(kv);
    return held;
  };
  const writeAll = (policies: ReadonlyMap<string, PolicyRow | null>, state?: CallerState): void => {
    for (const [name, row] of policies) {
      if (row === null) kv.delete(name);
      else kv.put(name, row);
    }
    if (state !== undefined) kv.put(stateKey, state);
  };

  return {
    get policies() {
      return open().policies;
    },
    get state() {
      return open().state;
    },
    save(policies, state) {
      const now = open();
      const rows = policies.size + (state === undefined ? 0 : 1);
      if (rows === 0) return;
      // One row is all or nothing by itself, and faster: nearly every hit is one.
      if (rows === 1) writeAll(policies, state);
      else transact(() => writeAll(policies, state));
      for (const [name, row] of policies) {
        if (row === null) now.policies.delete(name);
        else now.policies.set(name, row);
      }
      now.state = state ?? now.state;
    },
    forget() {
      held = { policies: new Map(), state: nothing };
    },
  };
}

function read(kv: SyncKvStorage): Held {
  const held: Held = { policies: new Map(), state: nothing };
  for (const [key, value] of kv.list()) {
    if (key === stateKey) held.state = CallerState.parse(value);
    else held.policies.set(key, PolicyRow.parse(value));
  }
  return held;
}

/** Everything that was counted of a caller, in whichever row. */
export const allCounts = ({ policies, state }: CallerStore): DayCount[] => [...[...policies.values()].flatMap(({ counts }) => counts), ...state.counts];
