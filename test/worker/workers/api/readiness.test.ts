import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { createLog } from "../../../../shared/platform/index.ts";
import { createReadiness } from "../../../../workers/api/readiness.ts";

/** The bindings with a database that counts what it is asked. */
function countingBindings() {
  let asked = 0;
  const prepare = (sql: string) => {
    asked += 1;
    return env.DB.prepare(sql);
  };
  const DB = new Proxy(env.DB, { get: (target, name) => (name === "prepare" ? prepare : Reflect.get(target, name, target)) });
  return { bindings: { ...env, DB }, asked: () => asked };
}

const log = createLog(() => {});

it("readiness is asked anew after five seconds, and not before, however often anyone asks", async () => {
  let now = 1_000;
  const { bindings, asked } = countingBindings();
  const readinessOf = createReadiness(() => now);
  const first = await readinessOf(bindings, log);
  expect(asked()).toBe(1);
  now += 4_999;
  expect(await readinessOf(bindings, log)).toEqual(first);
  expect(asked()).toBe(1);
  now += 1;
  await Promise.all([readinessOf(bindings, log), readinessOf(bindings, log), readinessOf(bindings, log)]);
  expect(asked()).toBe(2);
});

it.each(["AUDIT_CRAWL", "RATE_LIMITER", "ONLINE_USERS", "ONLINE_TOTALS", "METRICS"])("Mentha is not ready without these objects: %s", async (name) => {
  const bindings: Env = Object.assign({}, env, { [name]: undefined });
  const { status, checks } = await createReadiness(Date.now)(bindings, log);
  expect([status, checks.objects.ok, checks.database.ok]).toEqual(["not-ready", false, true]);
});
