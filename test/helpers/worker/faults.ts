/**
 * The one fault injector: the Worker under test gets every binding through `withFaults` (faulty-bindings.ts), so each test may make the
 * database, the queues and the crawl's object misbehave as the real ones can, at points it chooses or at random from a seed.
 */

/**
 * Where a fault can strike. `d1` is any statement or batch, `report` a consumer's word to a crawl, `transaction` one of the crawl's object
 * in its own storage, `limiter` a question to the limiter of a caller, `live` one to an object of sockets; the others are sends to that queue.
 */
export type Point = "d1" | "report" | "transaction" | "limiter" | "live" | "endpoint" | "events" | "analysis" | "work" | "webhooks";

/**
 * `fail-before`: nothing happens and the caller gets an error. `fail-after`: it happens and the caller gets an error all the same.
 * `die-before`, `die-after`: the crawl's object that makes the call is gone from memory at that moment, with all it had under way.
 * `hold-before`, `hold-after`: the call waits until `release`. Reports may be lost; queues `lose` (the caller believes it was sent),
 * `duplicate`, `delay` (by a second) and `reorder` (a batch backwards).
 */
const faults = ["fail-before", "fail-after", "die-before", "die-after", "hold-before", "hold-after", "lose", "duplicate", "delay", "reorder"] as const;
export type Fault = (typeof faults)[number];

export interface Call {
  readonly point: Point;
  /** SQL of the statements, the bodies sent, or what an object is asked, as text. */
  readonly text: string;
  /** Of the crawl whose object makes the call, as its storage has it at that moment; null when somebody else makes it. */
  readonly stage: string | null;
}

/** A crawl's object that makes a call. */
export interface Caller {
  readonly stage: () => string;
  /** Waits until what it has written is on disk: what was decided before a call must be there after its death. */
  readonly stored: () => Promise<void>;
  /** Throws the object out of memory. */
  readonly die: () => void;
}

type Plan = (call: Call) => Fault | undefined;

let plan: Plan = () => undefined;
let struck: string[] = [];
let held = 0;
/** Calls that are or were held and have not come back. */
let heldAndOpen = 0;

/** From now on this decides; returns nothing for calls that go well. */
export function injectFaults(next: Plan): void {
  plan = next;
  struck = [];
}

/** Ends all faults, and lets go of what is held; returns those that struck, such as `d1 fail-after`, or `d1 die-after while publishing`. */
export function stopFaults(): readonly string[] {
  plan = () => undefined;
  release();
  return struck;
}

/** What has struck so far. */
export const struckSoFar = (): readonly string[] => struck;

/** Lets go of every call that is held. */
export function release(): void {
  held = 0;
}

/** Waits until a call is held. */
export async function untilHeld(): Promise<void> {
  for (let looks = 0; held === 0; looks++) {
    if (looks > 2_000) throw new Error("no call was held");
    await scheduler.wait(5);
  }
}

/** Lets go of every call that is held, ends all faults, and waits until those calls have come back. */
export async function untilReturned(): Promise<void> {
  stopFaults();
  for (let looks = 0; heldAndOpen > 0; looks++) {
    if (looks > 2_000) throw new Error("a call that was held did not come back");
    await scheduler.wait(5);
  }
}

async function hold(): Promise<void> {
  held += 1;
  // Looked at, not awaited: what one request waits for must not be resolved by another.
  while (held > 0) await scheduler.wait(1);
}

interface Which {
  readonly text?: string;
  readonly stage?: string;
}

const isMeant = (call: Call, point: Point, { text = "", stage }: Which): boolean =>
  call.point === point && call.text.includes(text) && (stage === undefined || call.stage === stage);

/** A plan that strikes once: the `nth` call (1-based) at `point` whose text contains `text`, made in `stage`. */
export function once(point: Point, fault: Fault, { nth = 1, ...which }: Which & { readonly nth?: number } = {}): Plan {
  let seen = 0;
  return (call) => (isMeant(call, point, which) && ++seen === nth ? fault : undefined);
}

/** A plan that strikes at the first `times` such calls; at all of them unless told otherwise. */
export function always(point: Point, fault: Fault, { times = Number.POSITIVE_INFINITY, ...which }: Which & { readonly times?: number } = {}): Plan {
  let seen = 0;
  return (call) => (isMeant(call, point, which) && ++seen <= times ? fault : undefined);
}

/** A plan that strikes at every other such call, beginning with the first: whoever tries again gets through. */
export function everyOther(point: Point, fault: Fault, which: Which = {}): Plan {
  let seen = 0;
  return (call) => (isMeant(call, point, which) && ++seen % 2 === 1 ? fault : undefined);
}

/** A plan that strikes at the first such call, the third, the sixth and so on: at each point sooner or later, and ever less often, so that all comes to its end. */
export function oftenAtFirst(point: Point, fault: Fault, text: string): Plan {
  let gap = 1;
  let left = 1;
  return (call) => {
    if (!isMeant(call, point, { text }) || --left > 0) return undefined;
    gap += 1;
    left = gap;
    return fault;
  };
}

/** A plan that goes through these faults at each of these points, over and over; null is a call that goes well. */
export function inTurn(turns: Partial<Record<Point, readonly (Fault | null)[]>>): Plan {
  const seen = new Map<Point, number>();
  return ({ point }) => {
    const faultsOfPoint = turns[point] ?? [];
    const nth = seen.get(point) ?? 0;
    seen.set(point, nth + 1);
    return faultsOfPoint[nth % faultsOfPoint.length] ?? undefined;
  };
}

/** A plan that draws from a seed: the same seed, the same draws (mulberry32). `rates` are probabilities by point and fault. */
export function seeded(seed: number, rates: Partial<Record<Point, Partial<Record<Fault, number>>>>): Plan {
  let state = seed;
  const draw = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return ({ point }) => {
    let at = draw();
    for (const [fault, rate] of Object.entries(rates[point] ?? {})) {
      at -= rate;
      if (at < 0) return faults.find((known) => known === fault);
    }
    return undefined;
  };
}

type Made = Pick<Call, "point" | "text"> & { readonly caller: Caller | null };

/** Makes a call, or what the plan makes of it. `onFault` is what the faults of queues and reports do; the others need no more than `work`. */
export async function strike<T>({ caller, point, text }: Made, work: () => Promise<T>, onFault: (fault: Fault) => Promise<T> = work): Promise<T> {
  const fault = drawn({ point, text, stage: caller?.stage() ?? null });
  const isHeld = fault === "hold-before" || fault === "hold-after";
  if (isHeld) heldAndOpen += 1;
  try {
    return await struckBy(fault, caller, work, onFault);
  } finally {
    if (isHeld) heldAndOpen -= 1;
  }
}

async function struckBy<T>(fault: Fault | undefined, caller: Caller | null, work: () => Promise<T>, onFault: (fault: Fault) => Promise<T>): Promise<T> {
  if (fault === "fail-before") throw new Error("injected: an error before the call");
  if (fault === "hold-before") await hold();
  if (fault === "die-before") await dieOf(caller);
  const result = await (fault === undefined || fault.includes("-") ? work() : onFault(fault));
  if (fault === "fail-after") throw new Error("injected: the connection was lost after the call");
  if (fault === "hold-after") await hold();
  if (fault === "die-after") await dieOf(caller);
  return result;
}

async function dieOf(caller: Caller | null): Promise<void> {
  await caller?.stored();
  caller?.die();
}

/** As `strike`, for a transaction in the storage of a crawl's object, which cannot wait. */
export function strikeTransaction<T>(caller: Caller, work: () => T): T {
  const fault = drawn({ point: "transaction", text: "", stage: caller.stage() });
  if (fault === "fail-before") throw new Error("injected: the transaction was not begun");
  if (fault === "die-before") caller.die();
  const result = work();
  if (fault === "die-after") caller.die();
  return result;
}

function drawn(call: Call): Fault | undefined {
  const fault = plan(call);
  if (fault !== undefined) struck.push(`${call.point} ${fault}${call.stage === null ? "" : ` while ${call.stage}`}`);
  return fault;
}

/** SQL by which a fault finds one of the writes that an audit goes through. */
export const writes = { claim: '"started_at" = ?', projection: '"discovered" = ?', publication: '"scores" = ?', failing: '"error_code" = ?' } as const;
