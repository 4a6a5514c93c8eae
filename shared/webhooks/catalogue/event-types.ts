import { z } from "zod";
import { type Language, Text } from "../../platform/index.ts";
import { aliases, catalogue, exampleOf } from "./catalogue.ts";
import { PublicEvent, PublicEventType, publicEventTypes, severities } from "./public-event.ts";

const EventTypeInfo = z
  .object({
    type: PublicEventType,
    version: PublicEvent.shape.version,
    severity: z
      .enum(severities)
      .describe("How bad it is that this happened; `good` for what ends something bad. How bad a single finding is, is in its `data.severity`"),
    description: Text(1_000).describe("When it happens, in the language of the answer"),
    dataSchema: z.record(z.string(), z.unknown()).describe("JSON Schema (2020-12) of `data`; fields may be added without a new version"),
    example: PublicEvent.describe("An event as an endpoint of the kind `http` gets it"),
  })
  .meta({ id: "EventType" });
export type EventTypeInfo = z.infer<typeof EventTypeInfo>;

export const EventTypes = z
  .object({
    items: z.array(EventTypeInfo).max(100),
    aliases: z
      .array(z.object({ name: Text(100), types: z.array(PublicEventType).max(100) }))
      .max(100)
      .describe("Names that stand for several types"),
  })
  .meta({ id: "EventTypes" });
export type EventTypes = z.infer<typeof EventTypes>;

/** Every type of event that an endpoint may ask for, in the order of the catalogue. */
export function listEventTypes(language: Language): EventTypes {
  return {
    items: publicEventTypes.map((type) => {
      const { version, severity, description, data } = catalogue[type];
      return { type, version, severity, description: description[language], dataSchema: jsonSchemaOf(data), example: exampleOf(type) };
    }),
    aliases: Object.entries(aliases).map(([name, types]) => ({ name, types: [...types] })),
  };
}

/** Fields that it does not know are let through: they may be added, and who checks what arrives is to go on. */
function jsonSchemaOf(data: z.ZodType): Record<string, unknown> {
  const open = { override: ({ jsonSchema }: { readonly jsonSchema: { additionalProperties?: unknown } }) => void delete jsonSchema.additionalProperties };
  return { ...z.toJSONSchema(data, { target: "draft-2020-12", ...open }) };
}
