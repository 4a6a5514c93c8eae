import { type Claim, type Figure, median } from "../claim.ts";
import { type Floor, startFloor } from "../floor/start.ts";
import { type BenchMentha, durationMs, startMentha } from "../mentha.ts";
import { type PageSize, pathOf } from "../site/page.ts";
import { startSites } from "../site/start.ts";

const pages = 1_000;
const rounds = 5;
const sizes: Readonly<Record<PageSize, string>> = { small: "pages of 19 KB", large: "pages of 87 KB" };

export const auditSpeed: Claim = {
  says: `A whole audit of ${pages} pages (frontier, queue, facts, rules, database, score) runs at half the speed or more of a Worker that only fetches and parses them.`,
  async run(log) {
    await using floor = await startFloor();
    await using mentha = await startMentha();
    return [...(await compare("large", floor, mentha, log)), ...(await compare("small", floor, mentha, log))];
  },
};

async function compare(size: PageSize, floor: Floor, mentha: BenchMentha, log: (line: string) => void): Promise<Figure[]> {
  await using site = await startSites({ pages, size });
  const [url = ""] = site.urls;
  const urls = Array.from({ length: pages }, (_, n) => new URL(pathOf(n), url).href);
  // The first of each is slower: code is compiled, connections are opened.
  await floor.time(urls, { parses: true });
  await mentha.audit({ url, maxPages: pages });
  const ratios: number[] = [];
  const speeds: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    const floorMs = await floor.time(urls, { parses: true });
    const audit = await mentha.audit({ url, maxPages: pages });
    if (audit.progress.fetched !== pages) throw new Error(`The audit fetched ${audit.progress.fetched} of ${pages} pages.`);
    ratios.push(floorMs / durationMs(audit));
    speeds.push((pages * 1_000) / durationMs(audit));
    log(`${sizes[size]}, round ${round}: floor ${Math.round(floorMs)} ms, audit ${durationMs(audit)} ms`);
  }
  return [
    { name: `${sizes[size]}: audit ÷ fetch and bare parse, median of ${rounds} rounds`, value: median(ratios), unit: "×", atLeast: 0.5 },
    { name: `${sizes[size]}: the slowest round`, value: Math.min(...ratios), unit: "×" },
    { name: `${sizes[size]}: audited`, value: median(speeds), unit: "pages/s" },
  ];
}
