import { describe, expect, it } from "vitest";
import type { AttemptReport } from "../../../../../shared/webhooks/schedule/endpoint.ts";
import { reportInGroups } from "../../../../../shared/webhooks/sending/report-in-groups.ts";

const reportOf = (deliveryId: string): AttemptReport => ({
  deliveryId,
  attempt: 1,
  startedAt: 0,
  ms: 1,
  status: 200,
  responseHeaders: {},
  responseBody: "",
  result: { is: "delivered" },
});

/** Reports to an object that fails so often first; `pass` lets the time pass that is waited for. */
function bench({ failures = 0 } = {}) {
  const groups: string[][] = [];
  const waits: (() => void)[] = [];
  let left = failures;
  const grouped = reportInGroups({
    report: async (reports) => {
      left -= 1;
      if (left >= 0) throw new Error(`failure ${failures - left}`);
      groups.push(reports.map(({ deliveryId }) => deliveryId));
    },
    wait: () => new Promise<void>((resolve) => void waits.push(resolve)),
  });
  const pass = async (): Promise<void> => {
    for (const resolve of waits.splice(0)) resolve();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { groups, pass, add: (id: string) => grouped.add(reportOf(id)), end: () => grouped.end() };
}

describe("reports", () => {
  it("that come together are one, and what is slow holds nobody up", async () => {
    const { groups, pass, add, end } = bench();
    add("a");
    add("b");
    await pass();
    expect(groups).toEqual([["a", "b"]]);
    add("slow");
    await end();
    expect(groups).toEqual([["a", "b"], ["slow"]]);
    await pass();
    expect(groups).toHaveLength(2);
  });

  it("are made again when the object does not take them at once", async () => {
    const { groups, pass, add, end } = bench({ failures: 2 });
    add("a");
    const ended = end();
    for (let times = 0; times < 3; times++) await pass();
    await ended;
    expect(groups).toEqual([["a"]]);
  });

  it("that cannot be made are an error once all others were", async () => {
    const { groups, pass, add, end } = bench({ failures: 3 });
    add("a");
    await pass();
    for (let times = 0; times < 3; times++) await pass();
    add("b");
    await expect(end()).rejects.toThrow("failure 3");
    expect(groups).toEqual([["b"]]);
  });

  it("are none where nothing was settled", async () => {
    const { groups, end } = bench();
    await end();
    expect(groups).toEqual([]);
  });
});
