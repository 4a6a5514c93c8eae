import { z } from "zod";
import { idPattern } from "../platform/index.ts";

/** What somebody follows over their socket: an audit, a job, what happens in the workspace, or what concerns themselves. */
export const Topic = z
  .union([z.literal("workspace"), z.literal("me"), ofThing("audit"), ofThing("job")])
  .describe("`workspace`, `me`, `audit:<id>` or `job:<id>`");
export type Topic = z.infer<typeof Topic>;

export type TopicKind = "workspace" | "me" | "audit" | "job";

function ofThing<Kind extends "audit" | "job">(kind: Kind) {
  const pattern = idPattern(kind).source.slice(1, -1);
  return z.templateLiteral([`${kind}:`, z.string().regex(new RegExp(`^${pattern}$`))]);
}

/** The kind of a topic, and of what it is when it is of something: `["audit", "aud_…"]`. */
export function partsOf(topic: Topic): readonly [kind: TopicKind, id: string | null] {
  if (topic === "workspace" || topic === "me") return [topic, null];
  return topic.startsWith("audit:") ? ["audit", topic.slice("audit:".length)] : ["job", topic.slice("job:".length)];
}

/** Names a topic among all of an object's: `me` is another one for each person. */
export const topicKeyOf = (topic: Topic, userId: string): string => (topic === "me" ? `me:${userId}` : topic);

/** Whether what is told of a topic is kept for who comes back; of the others only the last state matters. */
export function keepsLog(topic: Topic): boolean {
  const [kind] = partsOf(topic);
  return kind === "workspace" || kind === "me";
}
