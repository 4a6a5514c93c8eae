import type { Floor } from "./floor/start.ts";
import { type BenchMentha, durationMs } from "./mentha.ts";
import { pathOf } from "./site/page.ts";

interface Race {
  readonly floor: Floor;
  readonly mentha: BenchMentha;
  /** Of the start page. */
  readonly url: string;
  readonly pages: number;
  /** Whether the floor parses what it fetches. */
  readonly parses: boolean;
  readonly rounds: number;
  readonly log: (line: string) => void;
}

interface Round {
  readonly floorMs: number;
  readonly auditMs: number;
  /** Speed of the audit by speed of the floor. */
  readonly ratio: number;
}

/** Runs the floor and a whole audit of the same pages in turns, each first in every other round, after one round that does not count. */
export async function race({ floor, mentha, url, pages, parses, rounds, log }: Race): Promise<Round[]> {
  const urls = Array.from({ length: pages }, (_, n) => new URL(pathOf(n), url).href);
  const runFloor = () => floor.time(urls, { parses });
  const runAudit = async () => {
    const audit = await mentha.audit({ url, maxPages: pages });
    if (audit.progress.fetched !== pages) throw new Error(`The audit fetched ${audit.progress.fetched} of ${pages} pages.`);
    return durationMs(audit);
  };
  const measured: Round[] = [];
  for (let round = 0; round <= rounds; round++) {
    const isFloorFirst = round % 2 === 1;
    const early = isFloorFirst ? await runFloor() : 0;
    const auditMs = await runAudit();
    const floorMs = isFloorFirst ? early : await runFloor();
    // Code is compiled and connections are opened.
    if (round === 0) continue;
    measured.push({ floorMs, auditMs, ratio: floorMs / auditMs });
    log(`round ${round}: floor ${Math.round(floorMs)} ms, audit ${auditMs} ms`);
  }
  return measured;
}
