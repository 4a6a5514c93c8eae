import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { EventTypes, listEventTypes } from "../../../../../shared/webhooks/catalogue/event-types.ts";
import { publicEventTypes } from "../../../../../shared/webhooks/catalogue/public-event.ts";
import { eventsPage } from "../../../../helpers/node/events-page.ts";

const types = listEventTypes("en");

describe("the list of types of events", () => {
  it("has each type once, and is as the API promises", () => {
    expect(EventTypes.parse(types)).toEqual(types);
    expect(types.items.map(({ type }) => type)).toEqual([...publicEventTypes]);
  });

  it("is in the language asked for", () => {
    const spanish = listEventTypes("es");
    expect(spanish.items.map(({ type }) => type)).toEqual(types.items.map(({ type }) => type));
    for (const [at, { description }] of spanish.items.entries()) expect(description).not.toBe(types.items[at]?.description);
  });

  it.each(types.items)("has a JSON Schema of $type that takes its example, and fields of later", ({ dataSchema, example }) => {
    const accepts = new Ajv2020({ formats: { date: true } }).compile(dataSchema);
    expect(accepts(example.data)).toBe(true);
    expect(accepts({ ...example.data, later: 1 })).toBe(true);
    expect(accepts({})).toBe(false);
    for (const name of Object.keys(example.data)) expect(accepts({ ...example.data, [name]: [7] })).toBe(false);
  });

  // After a change of the catalogue: npx vitest run --project unit test/unit/shared/webhooks/catalogue/event-types.test.ts --update
  it("is what docs/events.md says", async () => {
    await expect(eventsPage(types)).toMatchFileSnapshot("../../../../../docs/events.md");
  });
});
