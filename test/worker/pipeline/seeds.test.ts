import { env } from "cloudflare:workers";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { acceptedAudits, expectClean, type FaultBench, openFaultBench, untilQuiet } from "../../helpers/worker/fault-bench.ts";
import { injectFaults, seeded, stopFaults, struckSoFar } from "../../helpers/worker/faults.ts";
import { countsOf, seedsFrom } from "../../helpers/worker/seeds.ts";

// `FAULT_SEEDS=1..40` runs others than the usual three, and prints what struck: docs/reliability.md.
const seeds = seedsFrom(env.FAULT_SEEDS, [11, 12, 13]);

let bench: FaultBench;
beforeAll(async () => {
  bench = await openFaultBench("seeds.example.org");
}, 60_000);

const total = { audits: 0, struck: [] as string[] };

afterEach(() => {
  stopFaults();
});

afterAll(() => {
  if (env.FAULT_SEEDS === "") return;
  const lines = countsOf(total.struck).map(([fault, count]) => `${String(count).padStart(6)}  ${fault}`);
  // biome-ignore lint/suspicious/noConsole: the counts are what this run was asked for
  console.log([`${seeds.length} seeds, ${total.audits} audits ended as the clean run; faults struck: ${total.struck.length}`, ...lines].join("\n"));
});

describe("whatever strikes, and whenever, an audit finds the same as a clean run and ends once", () => {
  it.each(seeds)(
    "seed %i",
    async (seed) => {
      injectFaults(
        seeded(seed, {
          d1: { "fail-before": 0.03, "fail-after": 0.03, "die-before": 0.01, "die-after": 0.01 },
          transaction: { "fail-before": 0.01, "die-before": 0.01, "die-after": 0.01 },
          // Never `lose`: an object answers only when its writes are kept, so no consumer believes in a report that did not arrive.
          report: { "fail-before": 0.08, "fail-after": 0.05 },
          events: { "fail-before": 0.05, "fail-after": 0.05, lose: 0.2, duplicate: 0.2, delay: 0.05, reorder: 0.1, "die-after": 0.05 },
          analysis: { "fail-before": 0.05, "fail-after": 0.05, lose: 0.05, duplicate: 0.15, delay: 0.05, reorder: 0.15, "die-before": 0.02, "die-after": 0.02 },
        }),
      );
      // The API itself may answer with an error although it stored the audit: then there are more than one.
      const ids = await acceptedAudits(bench);
      for (const id of ids) await untilQuiet(id);
      const struck = [...struckSoFar()];
      stopFaults();
      for (const id of ids) await expectClean(bench, id);
      expect(struck.length).toBeGreaterThan(0);
      total.audits += ids.length;
      total.struck.push(...struck.map((fault) => fault.replace(/ while .*/, "")));
    },
    240_000,
  );
});
