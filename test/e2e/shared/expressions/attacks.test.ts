import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { beforeAll, describe, expect, it } from "vitest";
import { attacks } from "./attacks.ts";

/** MB for everything that lives, of which the thread itself, with the domain's modules, takes about fifteen. */
const memory = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16 };

describe("Expressions that were made to do harm", () => {
  const told: unknown[] = [];

  beforeAll(async () => {
    const thread = new Worker(new URL("./attack-thread.ts", import.meta.url), { resourceLimits: memory });
    thread.on("message", (message) => told.push(message));
    await once(thread, "exit");
  }, 60_000);

  it.each(attacks.map(({ aim, says }, index) => ({ aim, says, index })))("end with an error, and in little memory: $aim", ({ says, index }) => {
    expect(told[index]).toMatch(/^AppError: /);
    expect(told[index]).toMatch(says);
  });
});
