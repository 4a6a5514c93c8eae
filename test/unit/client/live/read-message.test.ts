import { expect, it } from "vitest";
import { readMessage } from "../../../../client/live/read-message.ts";
import { sampleReport } from "../../../helpers/sample-report.ts";

const event = { type: "event", topic: "me", id: "a-1", at: 1, event: { type: "notification.read", unread: 3 } };

it.each<[string, unknown, unknown]>([
  ["the answer to a heartbeat", "pong", { kind: "pong" }],
  ["an event", JSON.stringify(event), { kind: "message", message: event }],
  ["an event with more than is known", JSON.stringify({ ...event, later: 1 }), { kind: "message", message: event }],
  ["an event that is not known", JSON.stringify({ ...event, event: { type: "page.viewed" } }), { kind: "unknown-event", topic: "me", id: "a-1" }],
  ["a message that is not known", JSON.stringify({ type: "weather", sun: true }), { kind: "unknown" }],
  ["an event that is wrong", JSON.stringify({ ...event, event: { type: "notification.read", unread: "many" } }), { kind: "malformed" }],
  ["an event of a topic that cannot be", JSON.stringify({ ...event, topic: `run:${sampleReport.audit.id}` }), { kind: "malformed" }],
  ["a message without a type", "{}", { kind: "malformed" }],
  ["no object", "7", { kind: "malformed" }],
  ["no JSON", "{", { kind: "malformed" }],
  ["an empty text", "", { kind: "malformed" }],
  ["bytes", new ArrayBuffer(2), { kind: "malformed" }],
])("reads %s", (_, data, read) => {
  expect(readMessage(data)).toEqual(read);
});
