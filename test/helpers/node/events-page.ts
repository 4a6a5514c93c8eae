import { z } from "zod";
import type { EventTypes } from "../../../shared/webhooks/index.ts";

/** As much of a JSON Schema as the catalogue's have. */
interface Field {
  readonly type?: string | undefined;
  readonly description?: string | undefined;
  readonly enum?: readonly string[] | undefined;
  readonly const?: string | undefined;
  readonly anyOf?: readonly Field[] | undefined;
  readonly items?: Field | undefined;
  readonly properties?: Readonly<Record<string, Field>> | undefined;
  readonly required?: readonly string[] | undefined;
}
const Field: z.ZodType<Field> = z.lazy(() =>
  z.object({
    type: z.string().optional(),
    description: z.string().optional(),
    enum: z.array(z.string()).optional(),
    const: z.string().optional(),
    anyOf: z.array(Field).optional(),
    items: Field.optional(),
    properties: z.record(z.string(), Field).optional(),
    required: z.array(z.string()).optional(),
  }),
);

const intro = `# Events

What Mentha can tell other systems. Which of these an [endpoint](webhooks.md) gets is up to its \`events\`: types, aliases that stand for several, or \`*\` for all.

This page is written from the catalogue in \`shared/webhooks/catalogue/\`, and so is \`GET /api/v1/event-types\`, which also has the JSON Schema of each type's data.

## What every event has

| Field | What it is |
|---|---|
| \`id\` | \`evt_…\`; the same for every endpoint and every attempt |
| \`type\` | one of the types below |
| \`version\` | of the shape of \`data\`; raised when a field goes or changes its meaning. A field may be added without it: let pass what you do not know |
| \`timestamp\` | when it happened, ISO 8601, UTC |
| \`workspaceId\` | where it happened |
| \`data\` | what happened, by type |

Times in \`data\` are milliseconds since 1970, UTC. People are named by id alone: no address and no name is in any event. What was deleted before an event was sent is not told of any more.`;

/** `docs/events.md`. */
export function eventsPage({ items, aliases }: EventTypes): string {
  const types = items.map(({ type, severity, description }) => `| [\`${type}\`](#${anchorOf(type)}) | ${severity} | ${description} |`);
  const names = aliases.map(({ name, types: meant }) => `| \`${name}\` | ${name === "*" ? "every type" : meant.map((type) => `\`${type}\``).join(", ")} |`);
  return `${[
    intro,
    ["## Types", "", "| Type | Severity | When it happens |", "|---|---|---|", ...types].join("\n"),
    ["## Aliases", "", "| Alias | Stands for |", "|---|---|", ...names].join("\n"),
    ...items.map(section),
  ].join("\n\n")}\n`;
}

/** As renderers of Markdown name the address of a heading. */
const anchorOf = (type: string): string => type.replace(/[^\w-]/g, "");

function section({ type, version, description, dataSchema, example }: EventTypes["items"][number]): string {
  return [
    `## ${type}`,
    `${description} Version ${version}.`,
    ["| Field of `data` | Type | What it is |", "|---|---|---|", ...rowsOf(Field.parse(dataSchema))].join("\n"),
    `\`\`\`json\n${JSON.stringify(example, null, 2)}\n\`\`\``,
  ].join("\n\n");
}

/** Of what is not always there, such as the score of each category, what it is within says enough. */
function rowsOf({ properties = {}, required = [] }: Field, within = ""): string[] {
  return Object.entries(properties)
    .filter(([name]) => required.includes(name))
    .flatMap(([name, field]) => [`| \`${within}${name}\` | ${typeOf(field)} | ${field.description ?? ""} |`, ...rowsOf(field, `${within}${name}.`)]);
}

function typeOf({ type, enum: values, const: only, anyOf, items }: Field): string {
  if (only !== undefined) return `\`${only}\``;
  if (values !== undefined) return values.map((value) => `\`${value}\``).join(", ");
  if (anyOf !== undefined) return [...new Set(anyOf.map(typeOf))].join(" or ");
  return items === undefined ? (type ?? "") : `list of ${typeOf(items)}`;
}
