/** What one of the five fields may hold. */
interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
  readonly example: string;
}

const months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/** In their order. A Sunday is 0 or 7, as everywhere. */
const fields: readonly Field[] = [
  { name: "minute", min: 0, max: 59, names: [], example: "0, 15,45 or */10" },
  { name: "hour", min: 0, max: 23, names: [], example: "9, 8-18 or */6" },
  { name: "day of the month", min: 1, max: 31, names: [], example: "1, 1,15 or *" },
  { name: "month", min: 1, max: 12, names: months, example: "1, JAN-MAR or *" },
  { name: "day of the week", min: 0, max: 7, names: days, example: "MON, MON-FRI or *" },
];

/** What is wrong with a cron expression of five fields, in a sentence; null when each field can be read. */
export function cronProblem(cron: string): string | null {
  const given = cron.trim().split(/\s+/);
  if (given.length !== fields.length || given[0] === "")
    return `Give five fields with spaces between them: minute, hour, day of the month, month, day of the week, such as "0 9 * * MON" for Mondays at 9:00; these are ${given[0] === "" ? 0 : given.length}.`;
  for (const [index, field] of fields.entries()) {
    const problem = fieldProblem(given[index] ?? "", field);
    if (problem !== null) return `The ${field.name} "${given[index]}" ${problem}; write it such as ${field.example}.`;
  }
  return null;
}

function fieldProblem(text: string, field: Field): string | null {
  for (const item of text.split(",")) {
    const problem = itemProblem(item, field);
    if (problem !== null) return problem;
  }
  return null;
}

function itemProblem(item: string, field: Field): string | null {
  const [range = "", step, ...others] = item.split("/");
  if (range === "" || others.length > 0) return "cannot be read";
  const [from = "", to, ...rest] = range.split("-");
  if (rest.length > 0) return "cannot be read";
  if (step !== undefined && range !== "*" && to === undefined) return "has a step, which only * or a range can have";
  if (step !== undefined && !(/^[1-9]\d?$/.test(step) && Number(step) <= field.max)) return `has a step that is none of 1 to ${field.max}`;
  if (range === "*") return null;
  return rangeProblem(from, to, field);
}

function rangeProblem(from: string, to: string | undefined, field: Field): string | null {
  const first = numberOf(from, field);
  const last = to === undefined ? first : numberOf(to, field);
  if (first === null || last === null) {
    const names = field.names.length === 0 ? "" : `, or one of ${field.names.join(", ")}`;
    return `has something that is no number from ${field.min} to ${field.max}${names}`;
  }
  return first > last ? "has a range that ends before it begins" : null;
}

function numberOf(text: string, { min, max, names }: Field): number | null {
  const named = names.indexOf(text.toUpperCase());
  if (named >= 0) return min === 0 ? named : named + 1;
  const value = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : null;
}
