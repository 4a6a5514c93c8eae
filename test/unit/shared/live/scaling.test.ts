import { describe, expect, it } from "vitest";
import page from "../../../../docs/scaling.md?raw";
import { acknowledgeEvery, heartbeatSeconds, maxShards } from "../../../../shared/live/index.ts";
import { checkEveryMs } from "../../../../shared/live/shard/duties/rights-check.ts";
import { secondMs } from "../../../../shared/platform/index.ts";
import { growTree, reportEveryMs, rootOnly, usualTree } from "../../../../shared/presence/index.ts";
import {
  assumptions,
  type Billed,
  billed,
  type Constants,
  dollarsOf,
  type Installation,
  planDollars,
  prices,
  type Scale,
  scaleOf,
} from "../../../helpers/node/scaling.ts";

const constants: Constants = {
  heartbeatSeconds,
  acknowledgeEvery,
  reportEverySeconds: reportEveryMs / secondMs,
  rightsCheckSeconds: checkEveryMs / secondMs,
  maxShards,
  leavesFor: (shards) => growTree(rootOnly, shards, Date.now(), usualTree).leaves,
};

const installations: readonly Installation[] = [
  { connections: 10_000, workspaces: 1 },
  { connections: 100_000, workspaces: 1 },
  { connections: 1_000_000, workspaces: 1 },
  { connections: 1_000_000, workspaces: 10_000 },
];
const scales = installations.map((installation) => scaleOf(installation, constants));

const number = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
const amount = (value: number): string => {
  if (value >= 1e9) return `${number.format(value / 1e9)} G`;
  return value >= 1e6 ? `${number.format(value / 1e6)} M` : number.format(value);
};
const dollars = (value: number): string => `$${value.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
const row = (name: string, cellOf: (scale: Scale) => string): string => `| ${name} | ${scales.map(cellOf).join(" | ")} |`;

const names: Readonly<Record<Billed, string>> = {
  workerRequests: "requests of Workers",
  workerCpuMs: "processor time of Workers, ms",
  objectRequests: "requests of Durable Objects",
  objectGbSeconds: "time that Durable Objects are awake, GB-s",
  objectRowsRead: "rows read in Durable Objects",
  objectRowsWritten: "rows written in Durable Objects",
  d1RowsRead: "rows read in D1",
  d1RowsWritten: "rows written in D1",
};
const total = ({ usage }: Scale): number => planDollars + billed.reduce((sum, what) => sum + dollarsOf(what, usage[what]), 0);
const atMost = (scale: Scale): number =>
  total(scale) - dollarsOf("objectGbSeconds", scale.usage.objectGbSeconds) + dollarsOf("objectGbSeconds", scale.mostGbSeconds);

const sizes = [
  row("objects that hold connections", ({ shards }) => amount(shards)),
  row("objects that add them up", ({ adders }) => amount(adders)),
  row("`ping` a second, answered by the platform", ({ pingsASecond }) => amount(pingsASecond)),
  row("connections a second, if everybody comes back within a minute", ({ returnsASecond }) => amount(returnsASecond)),
  row("messages out, when something is told to everybody", ({ messagesOfOneEvent }) => amount(messagesOfOneEvent)),
];
const monthly = [
  ...billed.map((what) => row(names[what], ({ usage }) => `${amount(usage[what])}: ${dollars(dollarsOf(what, usage[what]))}`)),
  row("**with the plan**", (scale) => `**${dollars(total(scale))}**`),
  row("the same, if no object ever slept in working hours", (scale) => dollars(atMost(scale))),
];
const priceList = billed.map((what) => `| ${names[what]} | ${amount(prices[what].included)} | $${prices[what].perMillion} |`);

describe("docs/scaling.md", () => {
  it("has the sizes and costs that follow from the code, the assumptions and the prices", () => {
    for (const table of [sizes, monthly, priceList]) expect(page).toContain(table.join("\n"));
  });

  it("says every assumption", () => {
    for (const [name, value] of Object.entries(assumptions))
      expect(page, name).toMatch(new RegExp(`^\\| \`${name}\` \\| ${value.toLocaleString("en")} \\|`, "m"));
  });

  it("has the constants of the code", () => {
    const { leavesFor: _, ...values } = constants;
    for (const [name, value] of Object.entries(values)) expect(page, name).toMatch(new RegExp(`^\\| \`${name}\` \\| ${value} \\|`, "m"));
  });

  it("costs nothing but the plan when nobody is there", () => {
    expect(total(scaleOf({ connections: 0, workspaces: 1 }, constants))).toBe(planDollars);
  });
});
