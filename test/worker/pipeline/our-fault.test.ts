import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { outcomeOf, readAudit } from "../../helpers/worker/audit-run.ts";
import { type FaultBench, openFaultBench, startAudit, untilQuiet } from "../../helpers/worker/fault-bench.ts";
import { always, injectFaults, stopFaults, struckSoFar } from "../../helpers/worker/faults.ts";

let bench: FaultBench;
beforeAll(async () => {
  bench = await openFaultBench("our-fault.example.org");
}, 60_000);

afterEach(() => {
  stopFaults();
});

/** Audits the site while no consumer lives long enough to report anything that contains `text`. */
async function auditWithout(text: string) {
  injectFaults(always("report", "fail-before", { text }));
  const { id } = await startAudit(bench);
  await untilQuiet(id);
  expect(struckSoFar().length).toBeGreaterThanOrEqual(5);
  return outcomeOf(bench.key, await readAudit(bench.key, id));
}

const rulesOf = (findings: readonly string[]): string[] => [...new Set(findings.map((finding) => String(JSON.parse(finding).ruleId)))].toSorted();

describe("what our own processes cannot read is not called a fault of the site", () => {
  it("robots.txt: nothing is fetched, and the audit says that it is our fault", async () => {
    const { audit, pages, findings } = await auditWithout('"kind":"robots"');
    expect(audit).toMatchObject({
      status: "failed",
      error: {
        code: "robots_not_analysed",
        message:
          "We could not read the robots.txt of our-fault.example.org: our process that reads it stopped every time. That is a fault on our side and says nothing about the site. Start the audit again.",
      },
    });
    expect(pages).toEqual([]);
    expect(rulesOf(findings)).not.toContain("robots-5xx");
  }, 120_000);

  it("a sitemap: its pages are missing, and no finding speaks of it", async () => {
    const { audit, findings } = await auditWithout('"kind":"sitemap"');
    expect(audit.status).toBe("completed");
    expect(rulesOf(findings)).not.toContain("sitemap-invalid");
    expect(rulesOf(findings)).not.toContain("sitemap-missing");
  }, 120_000);

  it("a page: it is listed with the reason, and has no finding", async () => {
    const { audit, pages, findings } = await auditWithout(String.raw`{\"url\":\"http://our-fault.example.org/a\",`);
    expect(audit).toMatchObject({
      status: "completed",
      progress: { ...bench.clean.audit.progress, fetched: bench.clean.audit.progress.fetched - 1, failed: 1 },
    });
    const [lost] = pages.filter((page) => JSON.parse(page).url === "http://our-fault.example.org/a");
    expect(JSON.parse(lost ?? "{}")).toMatchObject({ outcome: "failed", status: null });
    expect(findings.filter((finding) => JSON.parse(finding).pageUrl === "http://our-fault.example.org/a")).toEqual([]);
  }, 120_000);
});
