import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { discordMessage } from "../../../../../../shared/webhooks/kinds/discord/discord-message.ts";
import { longest, messages } from "../../../../../helpers/hostile-message.ts";

const Embed = z.object({
  title: z.string(),
  description: z.string().optional(),
  fields: z.array(z.object({ name: z.string(), value: z.string() })),
  footer: z.object({ text: z.string() }),
});
const Sent = z.object({ allowed_mentions: z.object({ parse: z.array(z.string()) }), embeds: z.array(Embed) });

describe("a message for Discord", () => {
  it("keeps the limits of Discord and calls nobody, whatever it is about", () => {
    fc.assert(
      fc.property(messages, (message) => {
        const sent = discordMessage(message, "2026-11-22T19:00:44.000Z");
        const { allowed_mentions, embeds } = Sent.parse(sent);
        expect(allowed_mentions).toEqual({ parse: [] });
        expect(embeds).toHaveLength(1);
        for (const { title, description, fields, footer } of embeds) {
          expect(title.length).toBeLessThanOrEqual(256);
          expect(description?.length ?? 1).toBeLessThanOrEqual(4_096);
          expect(fields.length).toBeLessThanOrEqual(25);
          for (const { name, value } of fields) {
            expect(name.length).toBeLessThanOrEqual(256);
            expect(value.length).toBeLessThanOrEqual(1_024);
            expect([name, value]).not.toContain("");
          }
          const all = [title, description ?? "", footer.text, ...fields.flatMap(({ name, value }) => [name, value])];
          expect(all.join("").length).toBeLessThanOrEqual(6_000);
          for (const each of all) {
            expect(each.isWellFormed()).toBe(true);
            // Every mark is escaped, but for links that are ours.
            const theirs = each.replace(/(?:• |\]\()<https?:\/\/[^\s<>]+>/g, "").replace(/^\[Open the report\)?$/m, "");
            expect(theirs.replace(/\\[\\`*_~|[\]<>#:]/g, "")).not.toMatch(/[\\`*_~|[\]<>#:]|@(?!\u200b)/);
          }
        }
      }),
      { examples: [[longest]], numRuns: 50 },
    );
  });

  it.each([
    { severity: "error", color: 0xdc2626 },
    { severity: "warning", color: 0xf59e0b },
    { severity: "good", color: 0x16a34a },
    { severity: "info", color: 0x3b82f6 },
  ] as const)("has the colour of $severity", ({ severity, color }) => {
    expect(discordMessage({ ...longest, severity }, "")).toMatchObject({ embeds: [{ color }] });
  });

  it("shows marks as they are, and addresses as links", () => {
    const sent = JSON.stringify(discordMessage({ ...longest, title: "@everyone **b** [x](y)", examples: ["https://shop.example/a_b"] }, ""));
    expect(sent).toContain("@\u200beveryone \\\\*\\\\*b\\\\*\\\\* \\\\[x\\\\](y)");
    expect(sent).toContain("• <https://shop.example/a_b>");
  });
});
