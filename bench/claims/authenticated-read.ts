import { type Claim, median } from "../claim.ts";
import { startMentha } from "../mentha.ts";
import { startSites } from "../site/start.ts";

const rounds = 7;
const requests = 300;
const connections = 8;

/** Milliseconds for so many requests, `connections` of them at a time. */
async function time(url: string, headers: Record<string, string>): Promise<number> {
  const start = performance.now();
  let left = requests;
  const work = async (): Promise<void> => {
    while (left-- > 0) {
      const response = await fetch(url, { headers });
      if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
      await response.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  return performance.now() - start;
}

export const authenticatedRead: Claim = {
  says: "Reading an audit through the API, with its key, permission and checks of the request, takes at most twice as long as the same read behind the same middleware without them.",
  async run(log) {
    await using site = await startSites({ pages: 5 });
    await using mentha = await startMentha({ instrumented: true });
    const { id } = await mentha.audit({ url: site.urls[0] ?? "", maxPages: 5 });
    const withKey = () => time(`${mentha.url}/api/v1/audits/${id}`, { Authorization: `Bearer ${mentha.key}` });
    const without = () => time(`${mentha.url}/bench/audits/${id}`, {});
    await withKey();
    await without();
    const ratios: number[] = [];
    const speeds: number[] = [];
    for (let round = 1; round <= rounds; round++) {
      const isOpenFirst = round % 2 === 1;
      const early = isOpenFirst ? await without() : 0;
      const keyed = await withKey();
      const open = isOpenFirst ? early : await without();
      ratios.push(keyed / open);
      speeds.push((requests * 1_000) / keyed);
      log(`round ${round}: without ${Math.round(open)} ms, with a key ${Math.round(keyed)} ms`);
    }
    return [
      { name: `time with a key ÷ time without, median of ${rounds} rounds`, value: median(ratios), unit: "×", atMost: 2 },
      { name: "reads with a key", value: median(speeds), unit: "requests/s" },
    ];
  },
};
