import { z } from "zod";
import { type Claim, type Figure, median } from "../claim.ts";
import { startMentha } from "../mentha.ts";

/** A million rows of three kinds: with one index beside their own, with two, and with three and a setting of their workspace. */
const pasts = [
  { kind: "events", rows: 400_000 },
  { kind: "notifications", rows: 300_000 },
  { kind: "webhook-deliveries", rows: 300_000 },
];
const total = pasts.reduce((sum, { rows }) => sum + rows, 0);
/** Stored by one statement. */
const rowsAtOnce = 50_000;
/** Slices that one request runs. */
const slicesAtOnce = 20;

const Measured = z.object({
  done: z.boolean(),
  measured: z.array(z.object({ kind: z.string(), ms: z.number(), rowsRead: z.number(), rowsWritten: z.number(), deleted: z.number() })),
});
type Slice = z.infer<typeof Measured>["measured"][number];

async function ask(url: string): Promise<unknown> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.json();
}

/** What the slices of the last tenth of a kind took ÷ what those of its first tenth did. */
function growth(slices: readonly Slice[]): number {
  const tenth = Math.ceil(slices.length / 10);
  const took = (some: readonly Slice[]): number => median(some.map(({ ms }) => ms));
  return took(slices.slice(-tenth)) / took(slices.slice(0, tenth));
}

function figuresOf(slices: readonly Slice[], pageMs: number): Figure[] {
  const byKind = Map.groupBy(slices, ({ kind }) => kind);
  const long = pasts.map(({ kind }) => byKind.get(kind) ?? []);
  const most = (of: (slice: Slice) => number): number => Math.max(...slices.map(of));
  const longest = slices.map(({ ms }) => ms).toSorted((a, b) => b - a);
  return [
    { name: `slices for ${total.toLocaleString("en")} rows`, value: slices.length, unit: "slices", atMost: total / 1_000 + 100 },
    {
      name: "rows deleted, of those that were over",
      value: slices.reduce((sum, { deleted }) => sum + deleted, 0) / (total / 2),
      unit: "×",
      atLeast: 1,
      atMost: 1.001,
    },
    { name: "rows read by the dearest slice", value: most(({ rowsRead }) => rowsRead), unit: "rows", atMost: 5_000 },
    { name: "rows written by the dearest slice, indexes included", value: most(({ rowsWritten }) => rowsWritten), unit: "rows", atMost: 4_000 },
    { name: "last tenth of the slices ÷ first tenth of the same kind, worst kind", value: Math.max(...long.map(growth)), unit: "×", atMost: 1.5 },
    { name: "a slice ÷ a page of a hundred rows, median", value: median(slices.map(({ ms }) => ms)) / pageMs, unit: "×" },
    { name: "a slice, median", value: median(slices.map(({ ms }) => ms)), unit: "ms" },
    { name: "the longest slice", value: longest[0] ?? Number.NaN, unit: "ms" },
    { name: "the longest of 100 slices", value: longest[Math.floor(longest.length / 100)] ?? Number.NaN, unit: "ms" },
  ];
}

export const retention: Claim = {
  says: "A clean-up of a million rows goes in slices of a thousand, each reads a bounded number of rows, and the last ones cost what the first ones did.",
  async run(log) {
    await using mentha = await startMentha({ instrumented: true, inMemory: true });
    const bench = `${mentha.url}/bench`;
    for (const { kind, rows } of pasts) {
      for (let from = 1; from <= rows; from += rowsAtOnce) await ask(`${bench}/past?kind=${kind}&from=${from}&count=${rowsAtOnce}`);
      log(`${rows.toLocaleString("en")} ${kind} are there`);
    }
    const pages: number[] = [];
    for (let read = 0; read < 20; read++) pages.push(z.object({ ms: z.number() }).parse(await ask(`${bench}/page`)).ms);
    const slices: Slice[] = [];
    for (let isDone = false; !isDone; ) {
      const { measured, done } = Measured.parse(await ask(`${bench}/slices?count=${slicesAtOnce}`));
      slices.push(...measured);
      isDone = done;
      if (slices.length % 200 === 0) log(`${slices.length} slices`);
    }
    return figuresOf(slices, Math.max(1, median(pages)));
  },
};
