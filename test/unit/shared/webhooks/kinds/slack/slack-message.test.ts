import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { slackMessage } from "../../../../../../shared/webhooks/kinds/slack/slack-message.ts";
import type { Message } from "../../../../../../shared/webhooks/messages/message.ts";
import { everyString, everyText, longest, messages } from "../../../../../helpers/hostile-message.ts";

const Text = z.object({ type: z.enum(["plain_text", "mrkdwn"]), text: z.string() });
const Block = z.object({ type: z.string(), text: Text.optional(), fields: z.array(Text).optional() });
const Sent = z.object({ text: z.string(), unfurl_links: z.boolean(), unfurl_media: z.boolean(), blocks: z.array(Block) });

describe("a message for Slack", () => {
  // A control sequence of Slack that is not a link to a page.
  const control = /<(?!https?:\/\/[^<>|]+(?:\|[^<>|]*)?>)/;

  it("keeps the limits of Slack and calls nobody, whatever it is about", () => {
    fc.assert(fc.property(messages, keepsSlack), { examples: [[longest]], numRuns: 50 });
  });

  function keepsSlack(message: Message): void {
    const sent = slackMessage(message);
    expect(JSON.stringify(sent).length).toBeLessThan(26_000);
    expect(everyString(sent).join("").length).toBeLessThan(13_000);
    const { blocks, text, unfurl_links, unfurl_media } = Sent.parse(sent);
    expect([unfurl_links, unfurl_media]).toEqual([false, false]);
    expect(text.length).toBeLessThanOrEqual(3_000);
    expect(blocks.length).toBeLessThanOrEqual(50);
    for (const block of blocks) {
      for (const each of block.fields ?? []) expect(each.text.length).toBeLessThanOrEqual(2_000);
      expect((block.fields ?? []).length).toBeLessThanOrEqual(10);
      if (block.type === "header") expect(block.text?.text.length).toBeLessThanOrEqual(150);
      expect(block.text?.text.length ?? 1).toBeLessThanOrEqual(3_000);
    }
    for (const each of everyText(sent)) {
      expect(each).not.toBe("");
      expect(each).not.toMatch(control);
      expect(each.replace(/&(?:amp|lt|gt);/g, "")).not.toContain("&");
      expect(each.isWellFormed()).toBe(true);
    }
  }

  it("shows text of others as plain text, and its addresses as links", () => {
    const sent = JSON.stringify(
      slackMessage({ ...longest, title: "<!channel> & co", text: "*b*", facts: [], examples: ["https://shop.example/a|b?c=1&d=2", "<@U1>"] }),
    );
    expect(sent).toContain('"type":"plain_text","text":"&lt;!channel&gt; &amp; co"');
    expect(sent).toContain('"type":"plain_text","text":"*b*"');
    expect(sent).toContain("<https://shop.example/a%7Cb?c=1&amp;d=2>");
    expect(sent).toContain("• &lt;@U1&gt;");
  });
});
