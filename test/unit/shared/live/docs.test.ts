import { describe, expect, it } from "vitest";
import page from "../../../../docs/live.md?raw";
import { topicMessagesPerSecond } from "../../../../shared/live/following/coalescer.ts";
import { keptMessages, keptMs } from "../../../../shared/live/following/topic-log.ts";
import {
  acknowledgeEvery,
  ClientMessage,
  type CloseReason,
  closeReasons,
  heartbeatSeconds,
  LiveEvent,
  maxClientMessage,
  protocol,
  ServerMessage,
} from "../../../../shared/live/index.ts";
import { maxPerUser } from "../../../../shared/live/shard/sockets/arrivals.ts";
import { burst, clientMessagesPerSecond, maxMalformed, maxRefused, patience } from "../../../../shared/live/shard/sockets/message-rate.ts";
import { maxOutstanding, maxOutstandingLength } from "../../../../shared/live/shard/sockets/outstanding.ts";
import { subscribesAtOnce, subscribesPerSecond } from "../../../../shared/live/shard/sockets/subscribe-rates.ts";
import { maxTopics } from "../../../../shared/live/shard/sockets/subscriptions.ts";
import { hourMs } from "../../../../shared/platform/index.ts";

/** The rows of the table with this heading, cell by cell, without marks. */
function rowsOf(heading: string): string[][] {
  const from = page.indexOf(`| ${heading} |`);
  const lines = page.slice(from).split("\n\n")[0]?.split("\n").slice(2) ?? [];
  return lines.map((line) =>
    line
      .slice(2, -2)
      .split(" | ")
      .map((cell) => cell.replaceAll("`", "")),
  );
}

const typesOf = (union: { readonly options: readonly { readonly shape: { readonly type: { readonly value: string } } }[] }) =>
  union.options.map(({ shape }) => shape.type.value);

const words = { return: "come back at once", "return-later": "come back after a minute", "stay-away": "stay away until somebody asks for it" } as const;
const reasons = Object.keys(closeReasons).filter((name): name is CloseReason => Object.hasOwn(closeReasons, name));

describe("docs/live.md", () => {
  it("says of every reason for which a socket is closed what to do", () => {
    const rows = rowsOf("Code | Reason | Because | Then").map(([code, reason, , next]) => [code, reason, next]);
    expect(rows).toEqual(reasons.map((name) => [String(closeReasons[name].code), name, words[closeReasons[name].next]]));
  });

  it.each([
    ["You send | It means", ClientMessage],
    ["You get | It means", ServerMessage],
  ])("lists every message: %s", (heading, union) => {
    expect(rowsOf(heading).map(([type]) => type)).toEqual(typesOf(union));
  });

  it("says of what topic each event is", () => {
    const events = rowsOf("Topic | Who may follow it | Events | Log").flatMap(([, , cell = ""]) => cell.split(", "));
    expect(new Set(events)).toEqual(new Set(typesOf(LiveEvent)));
  });

  it("lists every code of a refusal", () => {
    const refused = ServerMessage.options.find(({ shape }) => shape.type.value === "refused");
    const codes = refused !== undefined && "code" in refused.shape ? refused.shape.code.options : [];
    expect(codes.length).toBeGreaterThan(3);
    const [, row = ""] = rowsOf("You get | It means").find(([type]) => type === "refused") ?? [];
    for (const code of codes) expect(row).toContain(code);
  });

  it("says every limit", () => {
    const numbers = rowsOf("Limit | Number | Beyond it").map(([, number]) => Number(number?.replaceAll(",", "")));
    expect(numbers).toEqual([
      clientMessagesPerSecond,
      burst,
      maxMalformed,
      maxClientMessage,
      subscribesPerSecond,
      subscribesAtOnce,
      maxRefused,
      maxTopics,
      maxOutstanding,
      maxOutstandingLength,
      maxPerUser,
      topicMessagesPerSecond,
      keptMessages,
    ]);
    expect(page).toContain(`after ${patience} more`);
    expect(page).toContain(`the last ${keptMessages} messages of a topic are kept, for ${keptMs / hourMs} hours`);
  });

  it("says what a client says by itself", () => {
    expect(page).toContain(protocol);
    expect(page).toContain(`every ${heartbeatSeconds} seconds`);
    expect(page).toContain(`at least every ${acknowledgeEvery} messages`);
  });

  it("gives examples that can be read", () => {
    const samples = [...page.matchAll(/^\s*(\{"type".*\})$/gm)].map(([, text = ""]) => JSON.parse(text.replaceAll("…", "")));
    expect(samples.length).toBeGreaterThan(4);
    for (const sample of samples) {
      const whole: unknown = JSON.parse(JSON.stringify(sample).replaceAll(/\b([a-z]{3})_01k/g, `$1_${"0".repeat(26)}`));
      expect([sample, ServerMessage.safeParse(whole).success || ClientMessage.safeParse(whole).success]).toEqual([sample, true]);
    }
  });

  it("gives an example of every event, and of all that may be sent", () => {
    for (const type of typesOf(LiveEvent)) expect(page).toContain(`"event": {"type": "${type}"`);
    for (const type of typesOf(ClientMessage)) expect(page).toContain(`{"type": "${type}"`);
  });
});
