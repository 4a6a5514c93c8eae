import type { TaskReport } from "../../../shared/audits/index.ts";
import { type Caller, type Point, strike } from "./faults.ts";

const originals = new WeakMap<object, D1PreparedStatement>();
const texts = new WeakMap<object, string>();

function faultyStatement(statement: D1PreparedStatement, text: string, caller: Caller | null): D1PreparedStatement {
  const proxy = new Proxy(statement, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      if (name === "bind") return (...values: unknown[]) => faultyStatement(target.bind(...values), text, caller);
      return (...parameters: unknown[]) => strike({ caller, point: "d1", text }, async () => await Reflect.apply(member, target, parameters));
    },
  });
  originals.set(proxy, statement);
  texts.set(proxy, text);
  return proxy;
}

function faultyDatabase(database: D1Database, caller: Caller | null): D1Database {
  return new Proxy(database, {
    get(target, name) {
      if (name === "prepare") return (text: string) => faultyStatement(target.prepare(text), text, caller);
      if (name === "batch") {
        return (statements: D1PreparedStatement[]) =>
          strike({ caller, point: "d1", text: statements.map((statement) => texts.get(statement) ?? "").join(";\n") }, () =>
            target.batch(statements.map((statement) => originals.get(statement) ?? statement)),
          );
      }
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}

function faultyQueue(queue: Queue, point: Point, caller: Caller | null): Queue {
  const sendBatch: Queue["sendBatch"] = (messages, options) => {
    const batch = [...messages];
    return strike(
      { caller, point, text: JSON.stringify(batch.map(({ body }) => body)) },
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
  const report = (reports: readonly TaskReport[]) =>
    strike(
      { caller: null, point: "report", text: JSON.stringify(reports) },
      async () => await stub.report(reports),
      async () => "taken" as const,
    );
  // Members of a stub are stubs themselves, and must not be read through a receiver.
  return new Proxy(stub, { get: (target, name) => (name === "report" ? report : Reflect.get(target, name, target)) });
}

/** Objects of which every question may go wrong. */
function faultyObjects<T extends Env["RATE_LIMITER"] | Env["ONLINE_USERS"] | Env["WEBHOOK_ENDPOINT"]>(namespace: T, point: Point, caller: Caller | null): T {
  return new Proxy(namespace, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      if (name !== "get") return member.bind(target);
      return (id: DurableObjectId) => faultyObject(Reflect.apply(member, target, [id]), point, caller);
    },
  });
}

function faultyObject(stub: object, point: Point, caller: Caller | null): object {
  return new Proxy(stub, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return (...parameters: unknown[]) =>
        strike({ caller, point, text: `${String(name)} ${JSON.stringify(parameters)}` }, async () => await Reflect.apply(member, target, parameters));
    },
  });
}

/** The bindings, with faults where they can happen. `caller` is the crawl's object that they are given to, if it is one. */
export function withFaults(env: Env, caller: Caller | null = null): Env {
  return {
    ...env,
    DB: faultyDatabase(env.DB, caller),
    AUDIT_CRAWL: faultyCrawls(env.AUDIT_CRAWL),
    RATE_LIMITER: faultyObjects(env.RATE_LIMITER, "limiter", caller),
    ONLINE_USERS: faultyObjects(env.ONLINE_USERS, "live", caller),
    WEBHOOK_ENDPOINT: faultyObjects(env.WEBHOOK_ENDPOINT, "endpoint", caller),
    EVENTS: faultyQueue(env.EVENTS, "events", caller),
    ANALYSIS: faultyQueue(env.ANALYSIS, "analysis", caller),
    WORK: faultyQueue(env.WORK, "work", caller),
    WEBHOOKS: faultyQueue(env.WEBHOOKS, "webhooks", caller),
    WEBHOOKS_SLOW: faultyQueue(env.WEBHOOKS_SLOW, "webhooks", caller),
  };
}
