import { type Claim, type Figure, median } from "../claim.ts";
import { type Floor, startFloor } from "../floor/start.ts";
import { type BenchMentha, startMentha } from "../mentha.ts";
import { race } from "../rounds.ts";
import type { PageSize } from "../site/page.ts";
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
  const measured = await race({ floor, mentha, url, pages, parses: true, rounds, log: (line) => log(`${sizes[size]}, ${line}`) });
  const ratios = measured.map(({ ratio }) => ratio);
  return [
    { name: `${sizes[size]}: speed of an audit ÷ speed of fetch and bare parse, median of ${rounds} rounds`, value: median(ratios), unit: "×", atLeast: 0.5 },
    { name: `${sizes[size]}: the slowest round`, value: Math.min(...ratios), unit: "×" },
    { name: `${sizes[size]}: audited`, value: (pages * 1_000) / median(measured.map(({ auditMs }) => auditMs)), unit: "pages/s" },
  ];
}
