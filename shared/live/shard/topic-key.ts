import { partsOf, type Topic } from "../topics.ts";

/** Names a topic among all of an object's: `me` is another one for each person. */
export const topicKeyOf = (topic: Topic, userId: string): string => (topic === "me" ? `me:${userId}` : topic);

/** Whether what is told of a topic is kept for who comes back; of the others only the last state matters. */
export function keepsLog(topic: Topic): boolean {
  const [kind] = partsOf(topic);
  return kind === "workspace" || kind === "me";
}
