import { type Claim, median } from "../claim.ts";
import { startFloor } from "../floor/start.ts";
import { durationMs, startMentha } from "../mentha.ts";
import { pathOf } from "../site/page.ts";
import { startSites } from "../site/start.ts";

const pages = 600;
const delayMs = 100;
const rounds = 3;

export const slowSite: Claim = {
  says: `On a site that takes ${delayMs} ms for every answer, a whole audit runs at 90 % or more of the speed of a Worker that only fetches, with the same six connections.`,
  async run(log) {
    await using site = await startSites({ pages, delayMs });
    await using floor = await startFloor();
    await using mentha = await startMentha();
    const [url = ""] = site.urls;
    const urls = Array.from({ length: pages }, (_, n) => new URL(pathOf(n), url).href);
    const ratios: number[] = [];
    for (let round = 1; round <= rounds; round++) {
      const floorMs = await floor.time(urls, { parses: false });
      const audit = await mentha.audit({ url, maxPages: pages });
      if (audit.progress.fetched !== pages) throw new Error(`The audit fetched ${audit.progress.fetched} of ${pages} pages.`);
      ratios.push(floorMs / durationMs(audit));
      log(`round ${round}: floor ${Math.round(floorMs)} ms, audit ${durationMs(audit)} ms`);
    }
    return [
      { name: "audit ÷ fetch only, median of three rounds", value: median(ratios), unit: "×", atLeast: 0.9 },
      { name: "the slowest round", value: Math.min(...ratios), unit: "×" },
    ];
  },
};
