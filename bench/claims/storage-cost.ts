import { z } from "zod";
import type { Claim } from "../claim.ts";
import { startMentha } from "../mentha.ts";
import { startSites } from "../site/start.ts";

const pages = 1_000;
const Counts = z.record(z.string(), z.number());

export const storageCost: Claim = {
  says: `An audit writes few rows: on ${pages} pages with one finding each, at most five of D1 a page, indexes included, and nothing to R2.`,
  async run(log) {
    await using site = await startSites({ pages });
    await using mentha = await startMentha({ instrumented: true });
    const read = async () => Counts.parse(await (await fetch(`${mentha.url}/bench/counts`)).json());
    const before = await read();
    const { counts } = await mentha.audit({ url: site.urls[0] ?? "", maxPages: pages });
    const after = await read();
    const findings = counts.error + counts.warning + counts.info;
    log(`${findings} findings`);
    const perPage = (name: string): number => ((after[name] ?? Number.NaN) - (before[name] ?? Number.NaN)) / pages;
    return [
      { name: "D1 rows written", value: perPage("d1RowsWritten"), unit: "a page", atMost: 5 },
      { name: "D1 rows read", value: perPage("d1RowsRead"), unit: "a page" },
      { name: "D1 statements", value: perPage("d1Statements"), unit: "a page" },
      { name: "R2 operations", value: perPage("r2Operations"), unit: "a page", atMost: 0 },
      { name: "rows written in the audit's object", value: perPage("objectRowsWritten"), unit: "a page" },
      { name: "rows read in the audit's object", value: perPage("objectRowsRead"), unit: "a page" },
      { name: "alarms set", value: perPage("alarmsSet"), unit: "a page" },
      { name: "queue messages", value: perPage("queueMessages"), unit: "a page", atMost: 0.25 },
    ];
  },
};
