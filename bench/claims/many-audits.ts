import { type Claim, median } from "../claim.ts";
import { durationMs, startMentha } from "../mentha.ts";
import { startSites } from "../site/start.ts";

const audits = 100;
const pages = 20;

export const manyAudits: Claim = {
  says: `${audits} audits of ${pages} pages each, started at once, all complete, and none waits much longer than the others.`,
  async run(log) {
    await using sites = await startSites({ sites: audits, pages });
    await using mentha = await startMentha();
    const start = performance.now();
    // A look at each audit every five seconds: a hundred impatient callers would be measured, too.
    const ended = await Promise.allSettled(sites.urls.map((url) => mentha.audit({ url, maxPages: pages }, { pollMs: 5_000 })));
    const done = ended.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    log(`all done after ${Math.round(performance.now() - start)} ms`);
    const complete = done.filter(({ progress }) => progress.fetched === pages);
    const times = done.map(durationMs);
    const wallMs = Math.max(...done.map(({ finishedAt }) => finishedAt ?? 0)) - Math.min(...done.map(({ createdAt }) => createdAt));
    return [
      { name: "audits completed with every page", value: complete.length, unit: `of ${audits}`, atLeast: audits },
      { name: "slowest ÷ median", value: Math.max(...times) / median(times), unit: "×", atMost: 3 },
      { name: "pages audited, all together", value: (audits * pages * 1_000) / wallMs, unit: "pages/s" },
    ];
  },
};
