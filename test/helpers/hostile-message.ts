import fc from "fast-check";
import type { Message } from "../../shared/webhooks/messages/message.ts";
import { oneLine, someLines, within } from "../../shared/webhooks/messages/plain-text.ts";

/** What a site may write to call people, to hide or to break out. */
const attacks = [
  "<!channel>",
  "<!here|x>",
  "<!subteam^S1>",
  "<@U123>",
  "<#C1>",
  "<@&123>",
  "<:x:1>",
  "@everyone",
  "@here",
  "<at>Ann</at>",
  "[you](https://evil.example)",
  "<https://evil.example|you>",
  "{{DATE(2017-02-14T06:08:39Z, SHORT)}}",
  "**b** __u__ ~~s~~ ||h|| `c` ```x```",
  "> q",
  "# h",
  "\\",
  "&amp;",
  '"}]',
  "\u202e",
  "\u200b",
  "\ud83d",
  "e\u0301\u0301",
  "👩‍👩‍👧",
  "\n",
  "https://evil.example/a_b_c|d",
];
/** Any text at all, half characters included. The library's own takes seconds to make. */
export const anyText = (maxLength: number): fc.Arbitrary<string> => fc.array(fc.nat(0xffff), { maxLength }).map((units) => String.fromCharCode(...units));

/** Text of a site that means no good, up to about twice `max` characters long. */
export const hostile = (max: number) =>
  fc
    .array(fc.oneof(fc.constantFrom(...attacks), anyText(8), fc.constantFrom("x".repeat(400), "ñ".repeat(300), "&".repeat(300))), {
      maxLength: 60,
    })
    .map((parts) => parts.join(" ").slice(0, 2 * max));

const line = (max: number) => hostile(max).map((text) => within(oneLine(text), max));
/** Whatever `composeMessage` may answer. */
export const messages: fc.Arbitrary<Message> = fc.record({
  title: line(200).map((text) => (text === "" ? "title" : text)),
  text: hostile(10_000).map((text) => within(someLines(text), 10_000)),
  severity: fc.constantFrom("info", "good", "warning", "error"),
  severityWord: fc.constant("Warning"),
  facts: fc.array(fc.record({ name: fc.constant("Name"), value: line(500).map((text) => (text === "" ? "–" : text)) }), { maxLength: 10 }),
  examples: fc.array(
    fc.oneof(
      line(500).filter((text) => text !== ""),
      hostile(300).map((text) => within(oneLine(`https://shop.example/${text}`), 500)),
    ),
    { maxLength: 10 },
  ),
  link: fc.constantFrom(null, { url: "https://mentha.example/api/v1/audits/aud_1/report.html", label: "Open the report" }),
});

/** As long as a message gets. */
export const longest: Message = {
  title: "t".repeat(200),
  text: "ñ\n".repeat(5_000),
  severity: "error",
  severityWord: "Error",
  facts: Array.from({ length: 10 }, () => ({ name: "n".repeat(100), value: '"&'.repeat(250) })),
  examples: Array.from({ length: 10 }, (_, index) => `https://shop.example/${index}${"&é".repeat(230)}`),
  link: { url: "https://mentha.example/x", label: "Open the report" },
};

/** Every string in a value. */
export function everyString(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(everyString) : [];
}

/** Every string under the key `text`, wherever it is. */
export function everyText(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => (key === "text" && typeof each === "string" ? [each] : everyText(each)));
}
