import { execFileSync } from "node:child_process";
import { type Claim, median } from "../claim.ts";
import { startMentha } from "../mentha.ts";
import { startSites } from "../site/start.ts";

const pages = 10_000;
const warmUp = 1_000;

interface Sample {
  readonly atMs: number;
  readonly fetched: number;
  readonly megabytes: number;
}

/** Resident memory of the runtime, which is a child of this process. */
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
  says: `On a site of ${pages.toLocaleString("en")} pages, memory and the cost of a page stay as they were after the first ${warmUp.toLocaleString("en")}.`,
  async run(log) {
    await using site = await startSites({ pages });
    await using mentha = await startMentha();
    const samples: Sample[] = [];
    let logged = 0;
    const audit = await mentha.audit(
      { url: site.urls[0] ?? "", maxPages: pages },
      {
        pollMs: 1_000,
        onLook: ({ progress: { fetched } }) => {
          samples.push({ atMs: performance.now(), fetched, megabytes: runtimeMegabytes() });
          if (fetched < logged + warmUp) return;
          logged = fetched;
          log(`${fetched} pages, ${Math.round(samples.at(-1)?.megabytes ?? 0)} MB`);
        },
      },
    );
    if (audit.progress.fetched !== pages) throw new Error(`The audit fetched ${audit.progress.fetched} of ${pages} pages.`);
    const half = (warmUp + pages) / 2;
    const memory = (from: number, to: number) => median(samples.filter(({ fetched }) => fetched >= from && fetched <= to).map(({ megabytes }) => megabytes));
    return [
      {
        name: "memory of the last 2,000 pages ÷ of pages 1,000 to 3,000",
        value: memory(pages - 2_000, pages) / memory(warmUp, warmUp + 2_000),
        unit: "×",
        atMost: 1.25,
      },
      { name: "memory at its highest", value: Math.max(...samples.map(({ megabytes }) => megabytes)), unit: "MB" },
      {
        name: "time a page, second half ÷ first half (without the first 1,000)",
        value: costBetween(samples, half, pages) / costBetween(samples, warmUp, half),
        unit: "×",
        atMost: 1.25,
      },
    ];
  },
};
