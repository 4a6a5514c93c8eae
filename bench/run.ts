import { parseArgs } from "node:util";
import { build } from "../local/build.ts";
import { type Figure, holds } from "./claim.ts";
import { claims, isClaim } from "./claims/index.ts";
import { machine } from "./machine.ts";

// `npm run bench`: measures every claim, or those named, and prints a table. Exits with 1 when a figure misses its goal.

const number = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });

function row({ name, value, unit, atLeast, atMost }: Figure, isKept: boolean): string {
  const goal = [atLeast === undefined ? [] : `≥ ${atLeast}`, atMost === undefined ? [] : `≤ ${atMost}`].flat().join(", ");
  return `| ${name} | ${number.format(value)} ${unit} | ${goal} | ${goal === "" ? "" : isKept ? "yes" : "**no**"} |`;
}

const { positionals } = parseArgs({ allowPositionals: true });
const unknown = positionals.find((name) => !isClaim(name));
if (unknown !== undefined) {
  console.error(`"${unknown}" is no benchmark. There are: ${Object.keys(claims).join(", ")}.`);
  process.exit(2);
}
await build({ onStart: () => console.error("Building the Worker …") });

const missed: string[] = [];
console.log(`Machine: ${machine()}\nCommand: npm run bench${positionals.length === 0 ? "" : ` -- ${positionals.join(" ")}`}\n`);
for (const name of positionals.length === 0 ? Object.keys(claims) : positionals) {
  if (!isClaim(name)) continue;
  const { says, run } = claims[name];
  console.log(`### ${name}\n${says}\n`);
  const figures = await run((line) => console.error(`  ${line}`)).catch((error: unknown) => {
    console.log(`It could not be measured: ${String(error)}\n`);
    missed.push(`${name}: not measured`);
    return [];
  });
  if (figures.length === 0) continue;
  console.log(`| figure | measured | goal | kept |\n|---|---|---|---|\n${figures.map((figure) => row(figure, holds(figure))).join("\n")}\n`);
  missed.push(...figures.filter((figure) => !holds(figure)).map((figure) => `${name}: ${figure.name}`));
}
if (missed.length > 0) console.log(`Missed:\n${missed.map((what) => `- ${what}`).join("\n")}`);
process.exit(missed.length === 0 ? 0 : 1);
