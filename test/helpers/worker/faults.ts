import type { TaskReport } from "../../../shared/audits/index.ts";

/**
 * The one fault injector: the Worker under test gets every binding through `withFaults`, so each test may make the
 * database and the queues misbehave as the real ones can, at points it chooses or at random from a seed.
 */

/** Where a fault can strike. `d1` is any statement or batch, `report` a consumer's word to a crawl; the others are sends to that queue. */
export type Point = "d1" | "report" | "events" | "analysis" | "work";

/**
 * `fail-before`: nothing happens and the caller gets an error. `fail-after`: it happens and the caller gets an error all the same.
 * Queues also `lose` (the caller believes it was sent), `duplicate`, `delay` (by a second) and `reorder` (a batch backwards).
 */
export type Fault = "fail-before" | "fail-after" | "lose" | "duplicate" | "delay" | "reorder";

export interface Call {
  readonly point: Point;
  /** SQL of the statements, or the bodies sent, as text. */
  readonly text: string;
}

type Plan = (call: Call) => Fault | undefined;

let plan: Plan = () => undefined;
let struck: string[] = [];

/** From now on this decides; returns nothing for calls that go well. */
export function injectFaults(next: Plan): void {
  plan = next;
  struck = [];
}

/** Ends all faults; returns those that struck, such as `d1 fail-after`. */
export function stopFaults(): readonly string[] {
  plan = () => undefined;
  return struck;
}

/** A plan that strikes once: the `nth` call (1-based) at `point` whose text contains `text`. */
export function once(point: Point, fault: Fault, { text = "", nth = 1 } = {}): Plan {
  let seen = 0;
  return (call) => (call.point === point && call.text.includes(text) && ++seen === nth ? fault : undefined);
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
const faults: readonly Fault[] = ["fail-before", "fail-after", "lose", "duplicate", "delay", "reorder"];

async function strike<T>(call: Call, work: () => Promise<T>, onFault: (fault: Fault) => Promise<T> = work): Promise<T> {
  const fault = plan(call);
  if (fault === undefined) return await work();
  struck.push(`${call.point} ${fault}`);
  if (fault === "fail-before") throw new Error("injected: D1_ERROR or queue error before the call");
  if (fault === "fail-after") {
    await work();
    throw new Error("injected: the connection was lost after the call");
  }
  return await onFault(fault);
}

const originals = new WeakMap<object, D1PreparedStatement>();

function faultyStatement(statement: D1PreparedStatement, text: string): D1PreparedStatement {
  const proxy = new Proxy(statement, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      if (name === "bind") return (...values: unknown[]) => faultyStatement(target.bind(...values), text);
      return (...parameters: unknown[]) => strike({ point: "d1", text }, async () => await Reflect.apply(member, target, parameters));
    },
  });
  originals.set(proxy, statement);
  texts.set(proxy, text);
  return proxy;
}
const texts = new WeakMap<object, string>();

function faultyDatabase(database: D1Database): D1Database {
  return new Proxy(database, {
    get(target, name) {
      if (name === "prepare") return (text: string) => faultyStatement(target.prepare(text), text);
      if (name === "batch") {
        return (statements: D1PreparedStatement[]) =>
          strike({ point: "d1", text: statements.map((statement) => texts.get(statement) ?? "").join(";\n") }, () =>
            target.batch(statements.map((statement) => originals.get(statement) ?? statement)),
          );
      }
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}

function faultyQueue(queue: Queue, point: Point): Queue {
  const sendBatch: Queue["sendBatch"] = (messages, options) => {
    const batch = [...messages];
    const text = JSON.stringify(batch.map(({ body }) => body));
    return strike(
      { point, text },
      () => queue.sendBatch(batch, options),
      async (fault) => {
        const sent = await queue.metrics().then((metrics) => ({ metadata: { metrics } }));
        if (fault === "lose") return sent;
        if (fault === "delay") return queue.sendBatch(batch, { delaySeconds: 1 });
        if (fault === "reorder") return queue.sendBatch(batch.reverse(), options);
        await queue.sendBatch(batch, options);
        return queue.sendBatch(batch, options);
      },
    );
  };
  return new Proxy(queue, {
    get(target, name) {
      if (name === "sendBatch") return sendBatch;
      if (name === "send") return (body: unknown) => sendBatch([{ body }]);
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}

function faultyCrawls(namespace: Env["AUDIT_CRAWL"]): Env["AUDIT_CRAWL"] {
  return new Proxy(namespace, {
    get(target, name) {
      if (name === "get") return (id: DurableObjectId) => faultyStub(target.get(id));
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}

type CrawlStub = ReturnType<Env["AUDIT_CRAWL"]["get"]>;

function faultyStub(stub: CrawlStub): CrawlStub {
  const report = (reports: readonly TaskReport[]) => strike({ point: "report", text: JSON.stringify(reports) }, async () => await stub.report(reports));
  // Members of a stub are stubs themselves, and must not be read through a receiver.
  return new Proxy(stub, { get: (target, name) => (name === "report" ? report : Reflect.get(target, name, target)) });
}

/** The bindings, with faults where they can happen. */
export function withFaults(env: Env): Env {
  return {
    ...env,
    DB: faultyDatabase(env.DB),
    AUDIT_CRAWL: faultyCrawls(env.AUDIT_CRAWL),
    EVENTS: faultyQueue(env.EVENTS, "events"),
    ANALYSIS: faultyQueue(env.ANALYSIS, "analysis"),
    WORK: faultyQueue(env.WORK, "work"),
  };
}
