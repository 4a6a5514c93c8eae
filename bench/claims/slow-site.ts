import { type Claim, median } from "../claim.ts";
import { startFloor } from "../floor/start.ts";
import { startMentha } from "../mentha.ts";
import { race } from "../rounds.ts";
import { startSites } from "../site/start.ts";

const pages = 1_000;
const delayMs = 100;
const rounds = 3;

export const slowSite: Claim = {
  says: `On a site that takes ${delayMs} ms for every answer, a whole audit runs at 90 % or more of the speed of a Worker that only fetches, with the same six connections.`,
  async run(log) {
    await using site = await startSites({ pages, delayMs });
    await using floor = await startFloor();
    await using mentha = await startMentha();
    const [url = ""] = site.urls;
    const ratios = (await race({ floor, mentha, url, pages, parses: false, rounds, log })).map(({ ratio }) => ratio);
    return [
      { name: `speed of an audit ÷ speed of fetch alone, median of ${rounds} rounds`, value: median(ratios), unit: "×", atLeast: 0.9 },
      { name: "the slowest round", value: Math.min(...ratios), unit: "×" },
    ];
  },
};
