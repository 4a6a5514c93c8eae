import { execFileSync } from "node:child_process";
import type { Claim } from "../claim.ts";
import { openHeapGauge } from "../heap.ts";
import { startMentha } from "../mentha.ts";
import { startSites } from "../site/start.ts";

const pages = 10_000;
const warmUp = 1_000;
/** Any free port of this computer would do; the runtime does not say which one it took. */
const inspectorPort = 9_779;

interface Sample {
  readonly atMs: number;
  readonly fetched: number;
}

/** Resident memory of the runtime, which is a child of this process: with queue, databases and caches, all of which it simulates. */
function runtimeMegabytes(): number {
  const rows = execFileSync("ps", ["-A", "-o", "ppid=,rss=,comm="], { encoding: "utf8" }).split("\n");
  const kilobytes = rows.flatMap((row) => {
    const [parent, rss, command = ""] = row.trim().split(/\s+/, 3);
    return Number(parent) === process.pid && command.includes("workerd") ? Number(rss) : [];
  });
  return kilobytes.reduce((sum, one) => sum + one, 0) / 1_024;
}

/** Milliseconds a page took, between two numbers of pages. */
function costBetween(samples: readonly Sample[], from: number, to: number): number {
  const inside = samples.filter(({ fetched }) => fetched >= from && fetched <= to);
  const [first, last] = [inside.at(0), inside.at(-1)];
  if (first === undefined || last === undefined || last.fetched === first.fetched) throw new Error(`There were no two looks between ${from} and ${to} pages.`);
  return (last.atMs - first.atMs) / (last.fetched - first.fetched);
}

export const largeSite: Claim = {
  says: `On a site of ${pages.toLocaleString("en")} pages, the memory that the Worker needs and the time of a page do not grow after the first ${warmUp.toLocaleString("en")}.`,
  async run(log) {
    await using site = await startSites({ pages });
    await using mentha = await startMentha({ inspectorPort });
    using heap = await openHeapGauge(inspectorPort);
    const samples: Sample[] = [];
    const heaps: number[] = [];
    let next = warmUp;
    const audit = await mentha.audit(
      { url: site.urls[0] ?? "", maxPages: pages },
      {
        pollMs: 1_000,
        onLook: async ({ progress: { fetched } }) => {
          samples.push({ atMs: performance.now(), fetched });
          if (fetched < next) return;
          next += warmUp;
          heaps.push(await heap.read());
          log(`${fetched} pages, heap ${heaps.at(-1)?.toFixed(1)} MB, process ${Math.round(runtimeMegabytes())} MB`);
        },
      },
    );
    if (audit.progress.fetched !== pages) throw new Error(`The audit fetched ${audit.progress.fetched} of ${pages} pages.`);
    const half = (warmUp + pages) / 2;
    return [
      {
        name: "heap at the end ÷ heap after the first 1,000 pages, without garbage",
        value: (heaps.at(-1) ?? Number.NaN) / (heaps[0] ?? Number.NaN),
        unit: "×",
        atMost: 1.25,
      },
      { name: "heap at its highest, without garbage", value: Math.max(...heaps), unit: "MB" },
      { name: "resident memory of the whole runtime at the end", value: runtimeMegabytes(), unit: "MB" },
      {
        name: "time a page, second half ÷ first half, without the first 1,000",
        value: costBetween(samples, half, pages) / costBetween(samples, warmUp, half),
        unit: "×",
        atMost: 1.25,
      },
    ];
  },
};
